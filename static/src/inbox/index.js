// Keys of a list of tasks: J and K walk, Enter opens, C claims, X selects.

import { mount } from "./keys.js";

for (const list of document.querySelectorAll("[data-inbox]")) mount(list);
