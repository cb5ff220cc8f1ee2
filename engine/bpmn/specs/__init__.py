"""How each BPMN element behaves, one file an element; the library's own specs are not used."""
