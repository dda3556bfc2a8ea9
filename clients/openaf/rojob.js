// Client of roJob nodes for OpenAF scripts and oJobs:
//
//    loadLib("rojob.js");
//    var node = new roJob("http://127.0.0.1:8787", "KEY");
//    node.run("rojob/echo.yaml", { a: 1 });
//
// A reply is the result map of the run. If the node rejects a request, the method returns the map of the error reply: `error` or
// `result: 0`, and from nodes of this project also `code` and `detail`.

/**
 * @param aURL URL of a node, or a list of URLs, from which each request picks one at random. Default: the environment variable
 *   ROJOB_URL, the nodes of the work folder beside the oPack, http://127.0.0.1:8787.
 * @param aAPIKey key of the nodes. Default: the environment variable ROJOB_APIKEY, `.apikey` of the oPack or this folder.
 * @param aRetry number of retries of a request that certainly was not executed: connection refused, or node busy. Default 40.
 * @param aRetryTime pause between retries, ms. Default 1500.
 */
var roJob = function(aURL, aAPIKey, aRetry, aRetryTime) {
	this.setRetry(aRetry);
	this.setRetryTime(aRetryTime);
	var given = isDef(aURL) ? aURL : getEnv("ROJOB_URL");
	this.urls = isArray(given) ? given : (isString(given) && given.length > 0 ? [ given ] : this.__knownNodes());
	this.urls = this.urls.map(function(aOne) { return String(aOne).replace(/\/+$/, ""); });
	this.APIKEY = isDef(aAPIKey) ? aAPIKey : this.__knownKey();
};

/** Sets the number of retries. */
roJob.prototype.setRetry = function(aNumber) {
	this.retry = isNumber(aNumber) ? aNumber : 40;
};

/** Sets the pause between retries, ms. */
roJob.prototype.setRetryTime = function(aTime) {
	this.retryTime = isNumber(aTime) ? aTime : 1500;
};

/** One of the URLs, at random. */
roJob.prototype.getURL = function() {
	return this.urls[Math.floor(Math.random() * this.urls.length)];
};

/** Runs the oJob of a file. */
roJob.prototype.exec = function(aFile, aArgs) {
	return this.execJob(io.readFileString(aFile), aArgs);
};

/** Runs an oJob given as a map, or as YAML or JSON text. */
roJob.prototype.execJob = function(aJob, aArgs) {
	return this.__post("/ojob", isString(aJob) ? aJob : stringify(aJob, void 0, ""), aArgs);
};

/** Submits the oJob of a file, which runs when a worker is free; the reply has its `uuid`. */
roJob.prototype.execAsync = function(aFile, aArgs) {
	return this.exec(aFile, this.__async(aArgs));
};

/** Submits an oJob given as a map or text; the reply has its `uuid`. */
roJob.prototype.execJobAsync = function(aJob, aArgs) {
	return this.execJob(aJob, this.__async(aArgs));
};

/** Runs a job of the node's run folder. */
roJob.prototype.run = function(aPath, aArgs) {
	return this.__post("/run", aPath, aArgs);
};

/** Submits a job of the node's run folder; the reply has its `uuid`. */
roJob.prototype.runAsync = function(aPath, aArgs) {
	return this.run(aPath, this.__async(aArgs));
};

/** The nodes of the cluster with the runs they execute. */
roJob.prototype.listNodes = function() {
	return this.run("rojob/listnodes.yaml");
};

/** Files of the node's work folder below a path. */
roJob.prototype.listWork = function(aPath) {
	return this.run("rojob/listwork.yaml", { path: aPath });
};

/** Memory of the node, as text, or in bytes with notFormat = true. */
roJob.prototype.getMemory = function(notFormat) {
	return this.run("rojob/getmem.yaml", { format: !notFormat });
};

/** Removes a file or folder of the node's work folder. */
roJob.prototype.cleanWork = function(aPath) {
	return this.run("rojob/cleanwork.yaml", { path: aPath });
};

/** Kills a run. */
roJob.prototype.killJob = function(aId) {
	return this.run("rojob/killjob.yaml", { job: aId });
};

/** The result of an asynchronous run, or a map with `__error` if there is none yet. With shouldClean the node then removes it. */
roJob.prototype.getResult = function(aUUID, shouldClean) {
	var res = this.run("rojob/getresult.yaml", { uuid: aUUID });
	if (shouldClean && isUnDef(res.__error) && isUnDef(res.error)) this.run("rojob/cleanresult.yaml", { uuid: aUUID });
	return res;
};

/**
 * Waits for the end of an asynchronous run and returns its result, or the reply of getResult if it has not ended in time.
 * @param aTimeout ms; by default no limit
 */
roJob.prototype.waitFor = function(aUUID, aTimeout) {
	var until = isDef(aTimeout) ? now() + aTimeout : Infinity;
	var status;
	do {
		var left = Math.max(0, Math.min(30, (until - now()) / 1000));
		status = this.__request("get", "/v1/runs/" + encodeURIComponent(aUUID) + "?wait=" + left);
	} while ((status.state == "accepted" || status.state == "running") && now() < until);
	return this.getResult(aUUID);
};

/** Saves an oJob file as an initialization job of the node, under a name that ends in .yaml or .json. */
roJob.prototype.setInitJob = function(aName, aFile) {
	return this.run("rojob/setinitjob.yaml", { name: aName, job: io.readFileString(aFile) });
};

/** Removes the initialization jobs of the node. */
roJob.prototype.clearInitJobs = function() {
	return this.run("rojob/clearinitjobs.yaml");
};

/** Adds a node to the cluster. */
roJob.prototype.addNode = function(aHost, aPort) {
	return this.run("rojob/addnode.yaml", { host: aHost, port: aPort });
};

/** The values of the node that its runs can see. */
roJob.prototype.showVars = function() {
	return this.run("rojob/showvars.yaml");
};

/** Stops the node. */
roJob.prototype.stop = function() {
	return this.run("rojob/stop.yaml");
};

/** Stops all nodes of the cluster. */
roJob.prototype.stopAll = function() {
	return this.run("rojob/stopall.yaml");
};

roJob.prototype.__async = function(aArgs) {
	return merge(isMap(aArgs) ? aArgs : {}, { __async: 1 });
};

roJob.prototype.__post = function(aRoute, aText, aArgs) {
	var args = isMap(aArgs) ? aArgs : {};
	var query = Object.keys(args).filter(function(aName) { return isDef(args[aName]); }).map(function(aName) {
		return encodeURIComponent(aName) + "=" + encodeURIComponent(String(args[aName]));
	}).join("&");
	return this.__request("post", aRoute + "?" + query, aText);
};

/** One request, repeated while it certainly was not executed. */
roJob.prototype.__request = function(aVerb, aURI, aText) {
	for (var left = this.retry; ; left--) {
		var url = this.getURL();
		var rest = $rest({ requestHeaders: this.__signed(aVerb, url, aURI, isDef(aText) ? aText : "") });
		var res = aVerb == "get" ? rest.get(url + aURI) : rest.post(url + aURI, aText);
		var failure = isMap(res) ? res.error : void 0;
		var status = isMap(failure) ? Number(failure.responseCode) : 0;
		var nobody = isString(failure) && /Failed to connect|ConnectException/.test(failure);
		if (left <= 0 || !(nobody || status == 503)) return status > 0 ? this.__refusal(failure, res) : res;
		sleep(this.retryTime, true);
	}
};

/** The map of an error reply; `$rest` does not parse a problem document as JSON but returns its text. */
roJob.prototype.__refusal = function(aFailure, aReply) {
	var said = isString(aFailure.response) && /^\s*\{/.test(aFailure.response) ? jsonParse(aFailure.response) : aFailure.response;
	return isMap(said) ? said : aReply;
};

/** The headers of both signatures: nodes of this project check version 2, which is valid once; others know version 1. */
roJob.prototype.__signed = function(aVerb, aURL, aURI, aText) {
	var headers = { auth: this.__sign(aURI, aText) };
	if (headers.auth == "none") return headers;
	var url = String(aURL).match(/^(https?):\/\/([^\/?#]+)(.*)$/i);
	if (url === null) return headers;
	var to = url[2].toLowerCase().replace(url[1].toLowerCase() == "https" ? /:443$/ : /:80$/, "");
	var date = String(Math.floor(nowUTC() / 1000));
	return merge(headers, this.__signV2(aVerb, to, url[3] + aURI, aText, date, genUUID()));
};

/**
 * The headers of a version 2 signature, which covers method, receiver, target and body, and is valid once.
 * @param aTo host:port of the node as in its URL, or cluster:CNAME
 * @param aHeaders further headers to cover, names in lower case
 */
roJob.prototype.__signV2 = function(aMethod, aTo, aTarget, aText, aDate, aNonce, aHeaders) {
	var headers = isMap(aHeaders) ? aHeaders : {};
	var covers = Object.keys(headers).sort();
	var at = aTarget.indexOf("?");
	var encode = function(aPart) {
		return encodeURIComponent(decodeURIComponent(aPart.replace(/\+/g, " "))).replace(/[!'()*]/g, function(aChar) {
			return "%" + aChar.charCodeAt(0).toString(16).toUpperCase();
		});
	};
	var pairs = (at < 0 ? "" : aTarget.substring(at + 1)).split("&").filter(function(aPart) { return aPart !== ""; });
	pairs = pairs.map(function(aPart, aIndex) {
		var equals = aPart.indexOf("=");
		var name = encode(equals < 0 ? aPart : aPart.substring(0, equals));
		return { name: name, text: name + "=" + (equals < 0 ? "" : encode(aPart.substring(equals + 1))), index: aIndex };
	}).sort(function(a, b) { return a.name < b.name ? -1 : (a.name > b.name ? 1 : a.index - b.index); });
	var key = String(sha256("rojob-key-id:" + this.APIKEY)).toLowerCase().substring(0, 16);
	var lines = [
		"rojob-v2", aMethod.toUpperCase(), aTo, at < 0 ? aTarget : aTarget.substring(0, at),
		pairs.map(function(aPair) { return aPair.text; }).join("&"), String(sha256(aText)).toLowerCase(), covers.join(";")
	].concat(covers.map(function(aName) { return aName + ":" + String(headers[aName]).trim(); }), [ aDate, aNonce, key ]);
	var signed = {
		"x-rojob-signature": String(hmacSHA256(lines.join("\n"), this.APIKEY, true)).toLowerCase(),
		"x-rojob-date": aDate, "x-rojob-nonce": aNonce, "x-rojob-key": key, "x-rojob-to": aTo
	};
	return covers.length > 0 ? merge(signed, { "x-rojob-covers": covers.join(";") }) : signed;
};

/** Value of the header `auth`: covers path, query, body and the current two-minute period (counted since the epoch). */
roJob.prototype.__sign = function(aURI, aText, aWindow) {
	if (isUnDef(this.APIKEY) || this.APIKEY === null || this.APIKEY === "") return "none";
	var time = String(isDef(aWindow) ? aWindow : Math.floor(nowUTC() / 120000));
	var key = hmacSHA256(aURI, hmacSHA256(time, "roJob" + this.APIKEY));
	return String(hmacSHA256(String(sha256(aText.replace(/[\n \t\r]+$/, ""))), key, true)).toLowerCase();
};

roJob.prototype.__knownNodes = function() {
	var folder = getOPackPath("roJob") + "/work/.rojob";
	var found = !io.fileExists(folder) ? [] : io.listFilenames(folder).map(function(aFile) {
		var parts = String(aFile).replace(/\\/g, "/").match(/\/roJob_(.+)_(\d+)\.pid$/);
		return parts === null ? void 0 : "http://" + parts[1] + ":" + parts[2];
	}).filter(isDef);
	return found.length > 0 ? found : [ "http://127.0.0.1:8787" ];
};

roJob.prototype.__knownKey = function() {
	var env = getEnv("ROJOB_APIKEY");
	if (isString(env) && env.length > 0) return env;
	var files = [ getOPackPath("roJob") + "/.apikey", ".apikey" ].filter(function(aFile) { return io.fileExists(aFile); });
	return files.length > 0 ? String(io.readFileString(files[0])).trim() : void 0;
};
