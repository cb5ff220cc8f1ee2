// dmn-js reads the names of DMN 1.3 alone; 1.2, 1.4 and 1.5 write the same file under other names.

const OTHERS = /https?:\/\/www\.omg\.org\/spec\/DMN\/(?:20180521|20211108|20230324|20240513)\/(MODEL|DMNDI)\//g;

/** The file with the names that the editor knows; boxes newer than these stay what they are. */
export function editable(xml) {
  return xml.replace(OTHERS, "https://www.omg.org/spec/DMN/20191111/$1/");
}
