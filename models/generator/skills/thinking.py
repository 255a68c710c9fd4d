"""How much is thought at which effort: nothing, a note, a sentence or two, step by step."""


def thought(effort, low, medium, high):
    return {"none": "", "low": low, "medium": medium, "high": high}[effort]
