// As TinyMCE and CKEditor 4 do it: an empty frame of this origin, written by the page, in which all is editable.
const { contentDocument } = document.getElementById("frame");
contentDocument.open();
contentDocument.write("<!DOCTYPE html><html><body><p>Written before</p></body></html>");
contentDocument.close();
contentDocument.body.contentEditable = "true";
