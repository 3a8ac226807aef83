/// The part of the page's script that draws curves, as SVG.
enum PageCharts {
    static let text = #"""
        const WINDOW = 600000;
        // What the charts show: ten minutes, or as long as there are numbers, two minutes at least.
        let reach = WINDOW;
        function look(status) { reach = Math.min(WINDOW, Math.max(120000, status.time - status.startedAt)); }
        function ceiling(value) {
          if (!(value > 0)) return 1;
          const power = Math.pow(10, Math.floor(Math.log10(value)));
          for (const step of [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10]) if (value <= step * power) return step * power;
          return value;
        }
        // At most eight curves: the largest, and the rest together.
        function leading(points, now, pick) {
          const all = Object.keys(points).sort().map((key) => ({
            key, points: points[key].filter((point) => point.time >= now - reach)
              .map((point) => ({ time: point.time, value: pick(point) })).filter((point) => point.value !== null && point.value !== undefined),
          })).filter((series) => series.points.length > 0);
          if (all.length <= 8) return all;
          const peak = (series) => Math.max(...series.points.map((point) => point.value));
          const kept = [...all].sort((a, b) => peak(b) - peak(a)).slice(0, 7).map((series) => series.key);
          const sums = new Map();
          for (const series of all) if (!kept.includes(series.key))
            for (const point of series.points) sums.set(point.time, (sums.get(point.time) || 0) + point.value);
          const rest = [...sums].sort((a, b) => a[0] - b[0]).map(([time, value]) => ({ time, value }));
          return [...all.filter((series) => kept.includes(series.key)), { key: all.length - 7 + " others", points: rest }];
        }
        function path(points, x, y) {
          return points.map((point, index) => (index ? "L" : "M") + x(point.time).toFixed(1) + " " + y(point.value).toFixed(1)).join("");
        }
        function chart(box, title, series, now, format) {
          const width = Math.max(260, box.clientWidth || 560), height = 210, left = 52, right = 10, top = 10, bottom = 24;
          const most = ceiling(Math.max(0, ...series.flatMap((one) => one.points.map((point) => point.value))));
          const x = (time) => left + (width - left - right) * (1 - (now - time) / reach);
          const y = (value) => top + (height - top - bottom) * (1 - value / most);
          const drawing = svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", preserveAspectRatio: "none" });
          const last = series.map((one) => one.key + ": " + format(one.points[one.points.length - 1].value)).join(", ");
          drawing.setAttribute("aria-label", title + ", the last minutes. " + (last ? "Now " + last : "Nothing yet"));
          const steps = series.length === 0 ? 0 : 4;
          for (let step = 0; step <= steps; step += 1) {
            const value = steps ? most * step / steps : 0;
            drawing.append(svg("line", { class: "grid", x1: left, x2: width - right, y1: y(value), y2: y(value) }));
            const label = svg("text", { class: "axis", x: left - 8, y: y(value) + 4, "text-anchor": "end" });
            label.textContent = format(value);
            drawing.append(label);
          }
          if (!series.length) {
            const nothing = svg("text", { class: "axis", x: (left + width - right) / 2, y: height / 2, "text-anchor": "middle" });
            nothing.textContent = "Nothing yet";
            drawing.append(nothing);
          }
          const labels = width < 420 ? 3 : 6;
          const every = [30, 60, 120, 300].find((seconds) => reach / 1000 / seconds <= labels) || 300;
          for (let seconds = 0; seconds <= reach / 1000; seconds += every) {
            const at = x(now - seconds * 1000);
            const label = svg("text", { class: "axis", x: at, y: height - 6, "text-anchor": seconds === 0 ? "end" : at < left + 20 ? "start" : "middle" });
            label.textContent = seconds === 0 ? "now" : seconds % 60 ? "−" + seconds + " s" : "−" + seconds / 60 + " min";
            drawing.append(label);
          }
          series.forEach((one, index) => {
            const line = path(one.points, x, y);
            if (series.length === 1 && one.points.length > 1) {
              const first = one.points[0], end = one.points[one.points.length - 1];
              drawing.append(svg("path", { class: "area f" + index, d: line + `L${x(end.time)} ${y(0)}L${x(first.time)} ${y(0)}Z` }));
            }
            drawing.append(svg("path", { class: "curve c" + index, d: line }));
            if (one.points.length === 1) drawing.append(svg("circle", { class: "f" + index, cx: x(one.points[0].time), cy: y(one.points[0].value), r: 2.5 }));
          });
          const legend = el("ul", { class: "legend" }, ...series.map((one, index) =>
            el("li", { title: one.key }, el("span", { class: "key f" + index }), el("span", { class: "name", text: one.key }),
              el("b", { text: format(one.points[one.points.length - 1].value) }))));
          const holder = el("div", { class: "chart" }, drawing);
          hover(holder, drawing, series, { x, y, now, left, right, width, height, top, bottom, format });
          box.replaceChildren(el("h2", { text: title }), holder, legend);
          if (box.pointer) holder.show(box.pointer);
          holder.box = box;
        }
        function hover(holder, drawing, series, place) {
          const hair = svg("line", { class: "hair", y1: place.top, y2: place.height - place.bottom, visibility: "hidden" });
          drawing.append(hair);
          const tip = el("div", { class: "tip", hidden: true });
          holder.append(tip);
          holder.show = (position) => {
            if (!series.length) return;
            const part = (position - place.left) / (place.width - place.left - place.right);
            if (part < 0 || part > 1) return hide();
            const time = place.now - (1 - part) * reach;
            const near = series.map((one, index) => {
              const point = one.points.reduce((best, point) => Math.abs(point.time - time) < Math.abs(best.time - time) ? point : best);
              return { index, key: one.key, point };
            }).filter((one) => Math.abs(one.point.time - time) < 15000);
            if (!near.length) return hide();
            const at = place.x(near[0].point.time);
            hair.setAttribute("x1", at); hair.setAttribute("x2", at); hair.setAttribute("visibility", "visible");
            tip.replaceChildren(el("span", { class: "quiet", text: clock(near[0].point.time) }), ...near.map((one) =>
              el("div", {}, el("span", {}, el("span", { class: "key f" + one.index }), el("span", { class: "name", text: one.key })),
                el("b", { text: place.format(one.point.value) }))));
            tip.hidden = false;
            const scale = drawing.clientWidth / place.width || 1;
            const room = drawing.clientWidth - tip.offsetWidth;
            tip.style.left = Math.max(0, Math.min(room, at * scale + (at * scale > room - 12 ? -tip.offsetWidth - 12 : 12))) + "px";
            tip.style.top = "8px";
          };
          function hide() { tip.hidden = true; hair.setAttribute("visibility", "hidden"); }
          drawing.addEventListener("pointermove", (event) => {
            const bounds = drawing.getBoundingClientRect();
            const position = (event.clientX - bounds.left) / bounds.width * place.width;
            if (holder.box) holder.box.pointer = position;
            holder.show(position);
          });
          drawing.addEventListener("pointerleave", () => { if (holder.box) holder.box.pointer = null; hide(); });
        }
        function spark(points, now) {
          const shown = (points || []).filter((point) => point.time >= now - reach);
          const most = Math.max(1, ...shown.map((point) => point.recordRate));
          const drawing = svg("svg", { class: "spark", viewBox: "0 0 84 22", preserveAspectRatio: "none", "aria-hidden": "true" });
          if (shown.length > 1) {
            drawing.append(svg("path", { d: path(shown.map((point) => ({ time: point.time, value: point.recordRate })),
              (time) => 84 * (1 - (now - time) / reach), (value) => 20 - 18 * value / most) }));
          }
          return drawing;
        }

        """#
}
