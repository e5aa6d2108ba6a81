// The app asked for this page to close itself. Where the browser does not allow it, the
// page says what to do.
window.close();
