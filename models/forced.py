"""Replies under teacher forcing: what the network would have said at each place, given that it has said the right thing so far."""
import torch

from generator import segments
from network import Network
from train import starting_weights

LONGEST = 1500          # tokens of a conversation


def loaded(tokenizer, path):
    """The network of a GGUF file or a checkpoint."""
    network = Network(len(tokenizer.vocabulary))
    network.load_state_dict(starting_weights(path))
    return network


@torch.no_grad()
def reply_logits(network, tokenizer, conversation, most=None):
    """The tokens of the last reply, `most` at most, and for each the logits there; nothing for what is too long."""
    *before, (reply, _) = segments(conversation)
    prompt, target = tokenizer.encode("".join(text for text, _ in before)), tokenizer.encode(reply)[:most]
    ids = torch.tensor([prompt + target])
    if ids.shape[1] > LONGEST:
        return None
    place = torch.arange(ids.shape[1] - 1)[None]
    mask = torch.ones(1, place.shape[1], place.shape[1]).tril().bool()
    return target, network.step(ids[:, :-1], place, mask, [None] * len(network.qkv))[0, len(prompt) - 1:]
