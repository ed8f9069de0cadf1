// Decides for all scripts of the page. Loaded first, as an ordinary script.
const scripts = ['/worker.js', '/worklet.js'].map((path) => new URL(path, location.href).href);

trustedTypes.createPolicy('default', {
	createScriptURL: (url) => (scripts.includes(url) ? url : null),
});
