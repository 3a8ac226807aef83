/// The page's script: listens to `/events` and draws. Whatever it shows is put in as text, never as markup.
enum PageScript {
    static let text = drawing + PageCharts.text + sections + life

    private static let drawing = #"""
        "use strict";
        const $ = (id) => document.getElementById(id);
        function el(tag, attributes, ...children) {
          const node = document.createElement(tag);
          for (const [name, value] of Object.entries(attributes || {})) {
            if (value === null || value === undefined || value === false) continue;
            if (name === "text") node.textContent = value; else node.setAttribute(name, value === true ? "" : value);
          }
          node.append(...children.filter((child) => child !== null && child !== undefined));
          return node;
        }
        function svg(tag, attributes, ...children) {
          const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
          for (const [name, value] of Object.entries(attributes || {})) node.setAttribute(name, value);
          node.append(...children);
          return node;
        }
        function short(value, digits = 3) {
          if (value === null || value === undefined) return "–";
          const units = [[1e12, "T"], [1e9, "G"], [1e6, "M"], [1e3, "k"]];
          for (const [size, unit] of units) {
            if (Math.abs(value) >= size * (unit === "k" ? 10 : 1)) return trim(value / size, digits) + " " + unit;
          }
          return Math.abs(value) >= 100 || Number.isInteger(value) ? Math.round(value).toLocaleString("en") : trim(value, digits);
        }
        function trim(value, digits) { return String(Number(value.toPrecision(digits))); }
        function bytes(value) {
          if (value === null || value === undefined) return "–";
          const units = ["B", "KiB", "MiB", "GiB", "TiB"];
          let index = 0;
          while (Math.abs(value) >= 1024 && index < units.length - 1) { value /= 1024; index += 1; }
          return (value >= 100 || Number.isInteger(value) ? Math.round(value) : trim(value, 3)) + " " + units[index];
        }
        function span(milliseconds) {
          const seconds = Math.max(0, Math.round(milliseconds / 1000));
          if (seconds < 90) return seconds + " s";
          const minutes = Math.round(seconds / 60);
          if (minutes < 90) return minutes + " min";
          const hours = Math.floor(minutes / 60);
          return hours < 48 ? hours + " h " + (minutes % 60) + " min" : Math.round(hours / 24) + " d";
        }
        function clock(time) { return new Date(time).toLocaleTimeString([], { hour12: false }); }

        """#

    private static let sections = #"""
        const open = new Set();
        const looks = { running: "good", idle: "good", starting: "warn", stalled: "warn", failed: "bad", stopped: "" };
        function tile(label, value) { return el("div", { class: "tile" }, el("b", { text: value }), el("span", { text: label })); }
        function cell(text, label) { return el("td", { class: label ? "num" : "wide", "data-label": label, text }); }
        function head(...names) {
          return el("thead", {}, el("tr", {}, ...names.map((name) => el("th", { class: name.startsWith("#") ? "num" : null, scope: "col", text: name.replace("#", "") }))));
        }
        function sum(list, pick) {
          const known = list.map(pick).filter((value) => value !== null && value !== undefined);
          return known.length ? known.reduce((a, b) => a + b, 0) : null;
        }
        function tiles(status) {
          const sources = status.sources;
          return el("section", { class: "tiles", "aria-label": "Now" },
            tile("records per second", short(sum(sources, (source) => source.recordRate) || 0)),
            tile("bytes per second", bytes(sum(sources, (source) => source.byteRate) || 0)),
            tile("records behind", short(sum(sources, (source) => source.lag))),
            tile("partitions", short(sum(sources, (source) => source.partitions) || 0)),
            tile("bad records", short(sum(sources, (source) => source.badRecords) || 0)),
            tile("buffered", bytes(sum(sources, (source) => source.buffered) || 0)));
        }
        function partitions(source) {
          const most = Math.max(1, ...source.worst.map((partition) => partition.lag || 0));
          const bars = source.worst.map((partition) => el("div", { class: "bar" },
            el("span", { text: partition.id }),
            el("meter", { min: 0, max: most, value: partition.lag || 0, "aria-label": "lag of " + partition.id }),
            el("span", { class: "num", text: short(partition.lag) })));
          const rest = source.partitions - source.worst.length;
          return el("div", { class: "bars" }, ...bars,
            source.worst.length ? (rest > 0 ? el("span", { class: "quiet", text: "and " + rest + " more" }) : null)
              : el("span", { class: "quiet", text: "No partition is assigned, or nothing is known of one yet." }));
        }
        function sources(status, points) {
          if (!status.sources.length) return el("p", { class: "empty", text: "No source is open. One shows here as soon as the host makes it." });
          const rows = status.sources.flatMap((source) => {
            const expanded = open.has(source.key);
            const fold = el("button", { class: "fold", type: "button", "aria-expanded": expanded ? "true" : "false", "data-key": source.key, text: source.key });
            fold.addEventListener("click", () => { expanded ? open.delete(source.key) : open.add(source.key); draw(); });
            const row = el("tr", {},
              el("td", { class: "wide" }, fold, el("small", { text: source.subscription + (source.group ? " · group " + source.group : "") })),
              el("td", { class: "wide" }, el("span", { class: "pill " + (looks[source.state] || ""), text: source.state }),
                el("span", { class: "why", text: source.reason || (status.time - source.since > 10000 ? "for " + span(status.time - source.since) : "") })),
              el("td", { class: "num", "data-label": "Records/s" }, spark(points[source.key], status.time), document.createTextNode(short(source.recordRate))),
              cell(short(source.lag), "Behind"), cell(short(source.partitions), "Partitions"), cell(short(source.records), "Records"),
              cell(short(source.badRecords), "Bad"),
              cell(source.lastBatchAt === undefined ? "never" : span(status.time - source.lastBatchAt) + " ago", "Last batch"));
            return expanded ? [row, el("tr", {}, el("td", { class: "wide", colspan: 8 }, partitions(source)))] : [row];
          });
          return el("div", { class: "scroll" }, el("table", {},
            head("Source", "State", "#Records/s", "#Behind", "#Partitions", "#Records", "#Bad", "#Last batch"), el("tbody", {}, ...rows)));
        }
        function pipelines(status) {
          return el("div", { class: "scroll" }, el("table", {},
            head("Pipeline", "State", "#Rows in", "#Rows out", "#Behind", "#Groups", "#Checkpoint"),
            el("tbody", {}, ...status.pipelines.map((pipeline) => el("tr", {}, cell(pipeline.name),
              el("td", { class: "wide" }, el("span", { class: "pill " + (looks[pipeline.state] || ""), text: pipeline.state }),
                pipeline.lastError ? el("span", { class: "why", text: pipeline.lastError }) : null),
              cell(short(pipeline.rowsIn), "Rows in"), cell(short(pipeline.rowsOut), "Rows out"), cell(short(pipeline.lag), "Behind"),
              cell(short(pipeline.groups), "Groups"),
              cell(pipeline.lastCheckpointAt === undefined ? "–" : span(status.time - pipeline.lastCheckpointAt) + " ago", "Checkpoint"))))));
        }
        function sinks(status) {
          return el("div", { class: "scroll" }, el("table", {},
            head("Sink topic", "#Records/s", "#Records", "#Bytes", "#Waiting", "#Failed"),
            el("tbody", {}, ...status.sinks.map((sink) => el("tr", {}, cell(sink.topic), cell(short(sink.recordRate), "Records/s"),
              cell(short(sink.records), "Records"), cell(bytes(sink.bytes), "Bytes"), cell(short(sink.waiting), "Waiting"), cell(short(sink.failures), "Failed"))))));
        }
        function happenings(status) {
          if (!status.happenings.length) return el("p", { class: "empty", text: "None yet." });
          const kinds = { assigned: "good", revoked: "warn", lost: "bad" };
          return el("ul", { class: "list" }, ...status.happenings.slice(0, 6).map((one) => el("li", {},
            el("span", { class: "tag " + (kinds[one.kind] || ""), text: one.kind }),
            document.createTextNode(one.count + (one.count === 1 ? " partition of " : " partitions of ") + one.source + " "),
            el("span", { class: "when", text: clock(one.time) }), el("br"), el("span", { class: "quiet", text: one.partitions }))));
        }
        function problems(status) {
          if (!status.problems.length) return el("p", { class: "empty", text: "None." });
          const kinds = { failed: "bad", retried: "warn", dead_lettered: "warn", skipped: "warn" };
          return el("ul", { class: "list" }, ...status.problems.slice(0, 6).map((one) => el("li", {},
            el("span", { class: "tag " + (kinds[one.outcome] || ""), text: one.outcome.replace("_", " ") }),
            document.createTextNode(one.source + (one.place ? " " + one.place : "") + " "),
            el("span", { class: "when", text: clock(one.time) }), el("br"), el("span", { class: "quiet", text: one.message }))));
        }
        function card(title, content) { return el("section", { class: "card" }, el("h2", { text: title }), content); }

        """#

    private static let life = #"""
        let status = null, points = {}, lost = false;
        const boxes = { rate: el("section", { class: "card" }), lag: el("section", { class: "card" }) };
        const parts = {};
        function frame() {
          for (const name of ["notice", "tiles", "charts", "sources", "pipelines", "sinks", "notes"]) parts[name] = el("div");
          parts.charts.className = "pair";
          parts.notes.className = "pair";
          parts.charts.append(boxes.rate, boxes.lag);
          $("main").replaceChildren(...Object.values(parts));
        }
        function draw() {
          if (!status) return;
          look(status);
          const focused = document.activeElement && document.activeElement.getAttribute("data-key");
          const state = $("state");
          state.textContent = !status.isLive ? "Stuck" : status.isReady ? "Ready" : "Not ready";
          state.className = "pill " + (!status.isLive ? "bad" : status.isReady ? "good" : "warn");
          $("uptime").textContent = "page for " + span(status.time - status.startedAt);
          parts.notice.replaceChildren(...(status.reasons.length ? [el("div", { class: "notice", role: "alert" },
            el("b", { text: status.isLive ? "Not everything is at work" : "Something doesn't move any more" }),
            el("ul", {}, ...status.reasons.map((reason) => el("li", { text: reason }))))] : []));
          parts.tiles.replaceChildren(tiles(status));
          chart(boxes.rate, "Records per second", leading(points, status.time, (point) => point.recordRate), status.time, (value) => short(value, 2));
          chart(boxes.lag, "Records behind the end", leading(points, status.time, (point) => point.lag), status.time, (value) => short(value, 2));
          parts.sources.replaceChildren(card("Sources", sources(status, points)));
          parts.pipelines.replaceChildren(...(status.pipelines.length ? [card("Pipelines", pipelines(status))] : []));
          parts.sinks.replaceChildren(...(status.sinks.length ? [card("Sinks", sinks(status))] : []));
          parts.notes.replaceChildren(card("Rebalances", happenings(status)), card("Last errors", problems(status)));
          if (focused) for (const button of document.querySelectorAll("[data-key]")) if (button.getAttribute("data-key") === focused) button.focus();
        }
        function take(next) {
          status = next;
          for (const source of status.sources) {
            const list = points[source.key] = points[source.key] || [];
            list.push({ time: status.time, recordRate: source.recordRate, byteRate: source.byteRate, lag: source.lag });
            while (list.length && list[0].time < status.time - WINDOW) list.shift();
          }
          for (const key of Object.keys(points)) if (!status.sources.some((source) => source.key === key)) delete points[key];
        }
        function listen() {
          const stream = new EventSource("/events");
          stream.addEventListener("opening", (event) => {
            const opening = JSON.parse(event.data);
            points = opening.points; status = opening.status; say(false); draw();
          });
          stream.addEventListener("status", (event) => { take(JSON.parse(event.data)); say(false); draw(); });
          stream.addEventListener("error", () => say(true));
        }
        function say(isLost) {
          if (isLost) { const state = $("state"); state.textContent = "No answer"; state.className = "pill bad"; }
          if (lost === isLost) return;
          lost = isLost;
          $("link").textContent = isLost ? "The process doesn't answer; trying again." : "";
        }
        frame();
        listen();
        addEventListener("resize", () => draw());

        """#
}
