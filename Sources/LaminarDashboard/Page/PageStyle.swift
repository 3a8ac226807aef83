/// The page's style sheet: light and dark by the reader's own setting, one column on a phone.
enum PageStyle {
    static let text = """
        :root {
          color-scheme: light dark;
          --ground: #f4f6fa; --card: #ffffff; --line: #dfe4ec; --grid: #e8ecf2; --ink: #16202e; --soft: #5a6779;
          --accent: #2563c9; --good: #17794a; --good-ground: #e2f4ea; --warn: #8a5a00; --warn-ground: #fdf0d2;
          --bad: #b3261e; --bad-ground: #fde7e5; --idle: #46566b; --idle-ground: #e9edf3;
          --s0: #2563c9; --s1: #d4620a; --s2: #0d8f7f; --s3: #b3369b; --s4: #8a6d00; --s5: #5b5bd6; --s6: #c33a3a;
          --s7: #6b7686;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --ground: #0f141b; --card: #171e28; --line: #2a3442; --grid: #232d3a; --ink: #e7ecf3; --soft: #9aa8ba;
            --accent: #7db0ff; --good: #6fd6a0; --good-ground: #123526; --warn: #f2c25c; --warn-ground: #3a2c0c;
            --bad: #ff9b92; --bad-ground: #43191a; --idle: #b4c0d0; --idle-ground: #263140;
            --s0: #6ea8fe; --s1: #ff9f5a; --s2: #4fd1bd; --s3: #f08bd9; --s4: #e2c14d; --s5: #a9a7ff; --s6: #ff8a8a;
            --s7: #93a1b3;
          }
        }
        * { box-sizing: border-box; }
        html { -webkit-text-size-adjust: 100%; }
        body {
          margin: 0 auto; padding: 20px 24px 32px; max-width: 1240px; background: var(--ground); color: var(--ink);
          font: 15px/1.45 system-ui, -apple-system, "Segoe UI", "Roboto", "Helvetica Neue", "Noto Sans", sans-serif;
        }
        a { color: var(--accent); }
        h1 { font-size: 20px; margin: 0; font-weight: 650; letter-spacing: -0.01em; overflow-wrap: anywhere; }
        h2 { font-size: 15px; margin: 0 0 10px; font-weight: 620; }
        .quiet { color: var(--soft); font-size: 13px; }
        .top { display: flex; flex-wrap: wrap; gap: 10px 20px; align-items: center; justify-content: space-between;
          margin-bottom: 18px; }
        .brand { display: flex; gap: 10px; align-items: center; min-width: 0; }
        .brand img { flex: none; }
        .quiet:empty { display: none; }
        .facts { display: flex; flex-wrap: wrap; gap: 6px 14px; align-items: center; }
        .pill { display: inline-flex; align-items: center; gap: 6px; padding: 2px 10px; border-radius: 999px;
          font-size: 13px; font-weight: 600; white-space: nowrap; background: var(--idle-ground); color: var(--idle); }
        .pill::before { content: ""; width: 8px; height: 8px; border-radius: 50%; background: currentColor; flex: none; }
        .pill.good { background: var(--good-ground); color: var(--good); }
        .pill.warn { background: var(--warn-ground); color: var(--warn); }
        .pill.bad { background: var(--bad-ground); color: var(--bad); }
        .notice { background: var(--bad-ground); color: var(--bad); border-radius: 12px; padding: 12px 16px;
          margin: 0 0 16px; overflow-wrap: anywhere; }
        .notice ul { margin: 4px 0 0; padding-left: 20px; }
        .tiles { display: grid; grid-template-columns: repeat(6, minmax(0, 1fr)); gap: 12px; margin-bottom: 16px; }
        .tile, .card { background: var(--card); border: 1px solid var(--line); border-radius: 14px; }
        .tile { padding: 12px 16px; }
        .tile b { display: block; font-size: 26px; line-height: 1.2; font-weight: 640; letter-spacing: -0.02em;
          font-variant-numeric: tabular-nums; }
        .tile span { color: var(--soft); font-size: 13px; }
        .card { padding: 16px; margin-bottom: 16px; min-width: 0; }
        .pair { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 0 16px; align-items: start; }
        .chart { position: relative; }
        .chart svg { display: block; width: 100%; height: 210px; touch-action: pan-y; }
        .grid { stroke: var(--grid); stroke-width: 1; }
        .axis { fill: var(--soft); font-size: 11px; font-variant-numeric: tabular-nums; }
        .curve { fill: none; stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; }
        .area { stroke: none; opacity: 0.12; }
        .hair { stroke: var(--soft); stroke-width: 1; stroke-dasharray: 3 3; }
        .c0 { stroke: var(--s0); } .c1 { stroke: var(--s1); } .c2 { stroke: var(--s2); } .c3 { stroke: var(--s3); }
        .c4 { stroke: var(--s4); } .c5 { stroke: var(--s5); } .c6 { stroke: var(--s6); } .c7 { stroke: var(--s7); }
        .f0 { fill: var(--s0); background: var(--s0); } .f1 { fill: var(--s1); background: var(--s1); }
        .f2 { fill: var(--s2); background: var(--s2); } .f3 { fill: var(--s3); background: var(--s3); }
        .f4 { fill: var(--s4); background: var(--s4); } .f5 { fill: var(--s5); background: var(--s5); }
        .f6 { fill: var(--s6); background: var(--s6); } .f7 { fill: var(--s7); background: var(--s7); }
        .legend { display: flex; flex-wrap: wrap; gap: 4px 16px; margin: 8px 0 0; padding: 0; list-style: none;
          font-size: 13px; color: var(--soft); }
        .legend li { display: inline-flex; align-items: center; gap: 6px; min-width: 0; max-width: 100%; }
        .legend b { color: var(--ink); font-weight: 600; font-variant-numeric: tabular-nums; }
        .name { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; max-width: 30ch; }
        .key { width: 10px; height: 10px; border-radius: 3px; flex: none; }
        .tip { position: absolute; pointer-events: none; background: var(--card); border: 1px solid var(--line);
          border-radius: 10px; padding: 8px 10px; font-size: 12.5px; box-shadow: 0 6px 20px rgb(0 0 0 / 0.16);
          min-width: 130px; max-width: 260px; z-index: 2; }
        .tip div { display: flex; justify-content: space-between; gap: 12px; }
        .tip div > span { display: inline-flex; align-items: center; gap: 6px; color: var(--soft); min-width: 0; }
        .tip .name { max-width: 20ch; }
        .tip b { font-variant-numeric: tabular-nums; }
        .scroll { overflow-x: auto; }
        table { border-collapse: collapse; width: 100%; font-size: 14px; }
        th { text-align: left; color: var(--soft); font-weight: 500; font-size: 13px; padding: 4px 12px 8px 0;
          border-bottom: 1px solid var(--line); white-space: nowrap; }
        td { padding: 9px 12px 9px 0; border-bottom: 1px solid var(--grid); vertical-align: top; }
        tr:last-child > td { border-bottom: 0; }
        .num { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
        th.num { padding-right: 12px; }
        td small { display: block; color: var(--soft); font-size: 12.5px; overflow-wrap: anywhere; max-width: 46ch; }
        td .why { color: var(--soft); display: block; font-size: 12.5px; margin-top: 4px; max-width: 48ch;
          overflow-wrap: anywhere; }
        .spark { display: inline-block; vertical-align: middle; width: 84px; height: 22px; margin-right: 8px; }
        .spark path { fill: none; stroke: var(--s0); stroke-width: 1.5; stroke-linejoin: round; }
        .fold { all: unset; cursor: pointer; font-weight: 600; border-radius: 6px; overflow-wrap: anywhere; }
        .fold:focus-visible, a:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
        .fold::before { content: "▸"; color: var(--soft); display: inline-block; width: 1.1em; }
        .fold[aria-expanded="true"]::before { content: "▾"; }
        .bars { display: grid; grid-template-columns: repeat(auto-fill, minmax(260px, 1fr)); gap: 6px 24px;
          padding: 2px 0 4px 1.1em; font-size: 13px; }
        .bar { display: grid; grid-template-columns: minmax(0, 1fr) 80px 76px; gap: 10px; align-items: center; }
        .bar > span:first-child { overflow-wrap: anywhere; color: var(--soft); }
        .bar meter { width: 100%; height: 8px; border: 0; border-radius: 4px; background: var(--grid); }
        .bar meter::-webkit-meter-bar { height: 8px; border: 0; border-radius: 4px; background: var(--grid); }
        .bar meter::-webkit-meter-optimum-value { background: var(--s0); border-radius: 4px; }
        .bar meter::-moz-meter-bar { background: var(--s0); border-radius: 4px; }
        .list { margin: 0; padding: 0; list-style: none; font-size: 14px; }
        .list li { padding: 8px 0; border-bottom: 1px solid var(--grid); overflow-wrap: anywhere; }
        .list li:last-child { border-bottom: 0; }
        .list .when { color: var(--soft); font-size: 12.5px; font-variant-numeric: tabular-nums; }
        .tag { display: inline-block; font-size: 12px; font-weight: 600; padding: 0 7px; border-radius: 6px;
          background: var(--idle-ground); color: var(--idle); margin: 0 6px 0 0; }
        .tag.bad { background: var(--bad-ground); color: var(--bad); }
        .tag.warn { background: var(--warn-ground); color: var(--warn); }
        .tag.good { background: var(--good-ground); color: var(--good); }
        .empty { color: var(--soft); margin: 6px 0; }
        footer { margin-top: 8px; }
        @media (max-width: 900px) {
          body { padding: 16px 14px 28px; }
          .pair { grid-template-columns: minmax(0, 1fr); gap: 0; }
          .tiles { grid-template-columns: repeat(3, minmax(0, 1fr)); }
        }
        @media (max-width: 640px) {
          .tiles { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 10px; }
          .tile b { font-size: 21px; }
          main thead { display: none; }
          main table, main tbody { display: block; }
          main tr { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 4px 12px; padding: 10px 0;
            border-bottom: 1px solid var(--grid); }
          main tr:last-child { border-bottom: 0; }
          main td, main td.num { border: 0; padding: 2px 0; text-align: left; }
          main td.wide { grid-column: 1 / -1; }
          main td[data-label]::before { content: attr(data-label); display: block; color: var(--soft); font-size: 12px; }
          .spark { display: none; }
          .bars { padding-left: 0; }
        }
        """
}
