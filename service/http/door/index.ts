// Who may come to the door at all: the names a node is asked by, and the web pages of others.
export { Door, type DoorRefusal } from "./door.js";
export { type NameOptions, OwnNames } from "./own-names.js";
