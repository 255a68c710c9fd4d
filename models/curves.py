"""Draws the log of a training run as SVG: the loss, and for each skill the share of the answers' tokens that came first.

    python3 curves.py work/mini.jsonl eval/curves.svg

Fresh conversations are never seen twice, so these curves are not of memory. Only Python's standard library is needed.
"""
import json
import sys

WIDTH, HEIGHT, LEFT, TOP = 560, 300, 50, 40
COLORS = ("#1b6ca8 #d1495b #3a7d44 #e09f3e #6a4c93 #00798c #9c6644 #577590 #c9184a #40916c #bc6c25 #7209b7 #495057 #f3722c #4361ee"
          ).split()


def smoothed(values, share=0.3):
    """Each value pulled towards those before it."""
    out, last = [], None
    for v in values:
        last = v if last is None else last + share * (v - last)
        out.append(last)
    return out


def series(log):
    """{name: [(million tokens, value)]} for the loss and for each skill."""
    found = {"loss": [(row["tokens"] / 1e6, row["loss"]) for row in log]}
    for name in sorted({name for row in log for name in row.get("skills", {})}):
        found[name] = [(row["tokens"] / 1e6, row["skills"][name]) for row in log if name in row.get("skills", {})]
    return {name: list(zip([x for x, _ in points], smoothed([y for _, y in points]))) for name, points in found.items()}


def panel(offset, title, curves, low, high, last):
    """One set of axes with its curves and their names."""
    def at(x, y):
        y = min(max(y, low), high)
        return f"{offset + LEFT + WIDTH * x / last:.1f},{TOP + HEIGHT * (high - y) / (high - low):.1f}"
    out = [f'<text x="{offset + LEFT}" y="24" font-weight="bold">{title}</text>',
           f'<rect x="{offset + LEFT}" y="{TOP}" width="{WIDTH}" height="{HEIGHT}" fill="none" stroke="#999"/>']
    for i in range(5):
        y, x = low + (high - low) * i / 4, last * i / 4
        row = TOP + HEIGHT * (4 - i) / 4
        out.append(f'<line x1="{offset + LEFT}" y1="{row}" x2="{offset + LEFT + WIDTH}" y2="{row}" stroke="#eee"/>')
        out.append(f'<text x="{offset + LEFT - 6}" y="{row + 4}" text-anchor="end">{y:.2f}</text>')
        out.append(f'<text x="{offset + LEFT + WIDTH * i / 4}" y="{TOP + HEIGHT + 18}" text-anchor="middle">{x:.1f} M</text>')
    for i, (name, points) in enumerate(curves.items()):
        color = COLORS[i % len(COLORS)]
        out.append(f'<polyline fill="none" stroke="{color}" stroke-width="1.6" points="{" ".join(at(x, y) for x, y in points)}"/>')
        out.append(f'<text x="{offset + LEFT + WIDTH + 8}" y="{TOP + 12 + 19 * i}" fill="{color}">{name} {points[-1][1]:.3f}</text>')
    return out


def drawing(log):
    curves = series(log)
    last = log[-1]["tokens"] / 1e6
    loss = {"loss": curves.pop("loss")}
    lowest = min([y for points in curves.values() for _, y in points], default=0)
    total = 2 * (LEFT + WIDTH + 150)
    lines = panel(0, "loss, by tokens seen", loss, 0, max(y for _, y in loss["loss"]) * 1.05, last)
    lines += panel(total / 2, "tokens of the answers that came first, by skill", curves, int(lowest * 20) / 20, 1, last)
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {total:.0f} {TOP + HEIGHT + 30}" font-family="sans-serif" '
            'font-size="12">\n<rect width="100%" height="100%" fill="white"/>\n' + "\n".join(lines) + "\n</svg>\n")


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        log = [json.loads(line) for line in file]
    with open(sys.argv[2], "w", encoding="utf-8") as file:
        file.write(drawing(log))


if __name__ == "__main__":
    main()
