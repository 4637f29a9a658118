"""Cells for `--identify`: for each form its weights, an input and what it puts out, as somebody else's program has them.

    pip install torch==2.13.0+cpu numpy safetensors==0.8.0        (the CPU build is on PyTorch's own index)
    python make_cells.py

PyTorch's two cells are computed by PyTorch, the others by a few lines of NumPy, straight from their papers. Every file
has the weights with a block of rows for each gate, `x` as [time][example][feature], and `output` as [time][example][unit],
all in single precision. The states start at 0. Two runs write the same bytes.
"""

import os
from pathlib import Path

# The plainest kernels: the wider ones of a newer processor round the last digit differently.
os.environ["ATEN_CPU_CAPABILITY"] = "default"
os.environ["MKL_CBWR"] = "COMPATIBLE"

import numpy as np
import safetensors.numpy
import torch

FOLDER = Path(__file__).resolve().parent
INPUTS, UNITS, STEPS, EXAMPLES = 2, 4, 12, 2
torch.set_num_threads(1)


def write(name, tensors):
    tensors = {key: np.ascontiguousarray(value, "float32") for key, value in tensors.items()}
    safetensors.numpy.save_file(tensors, FOLDER / f"{name}.safetensors")


def from_torch(name, layer):
    x = torch.randn(STEPS, EXAMPLES, INPUTS)
    with torch.no_grad():
        for parameter in layer.parameters():
            parameter.normal_(0, 0.8)
        tensors = {"x": x, "output": layer(x)[0], **layer.state_dict()}
    write(name, {key: value.numpy() for key, value in tensors.items()})


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def by_hand(name, seed, blocks, step, peepholes=False):
    """Draws weights for so many blocks of rows. `step(x, h, c, W, U, b, p)` is given the blocks, and says h and c."""
    draw = np.random.default_rng(seed).normal
    W = draw(0, 0.8, (blocks, UNITS, INPUTS)).astype("float32")
    U = draw(0, 0.8, (blocks, UNITS, UNITS)).astype("float32")
    b = draw(0, 0.8, (blocks, UNITS)).astype("float32")
    p = draw(0, 0.8, (3, UNITS)).astype("float32")
    xs = draw(0, 1, (STEPS, EXAMPLES, INPUTS)).astype("float32")
    h, c, output = np.zeros((EXAMPLES, UNITS), "float32"), np.zeros((EXAMPLES, UNITS), "float32"), []
    for x in xs:
        h, c = step(x, h, c, W, U, b, p)
        output.append(h)
    write(name, {
        "x": xs, "output": output, "bias_ih": b.reshape(-1),
        "weight_ih": W.reshape(-1, INPUTS), "weight_hh": U.reshape(-1, UNITS),
        **({"peephole": p.reshape(-1)} if peepholes else {}),
    })


def cho(x, h, c, W, U, b, p):
    """Cho et al. 2014, equations 5 to 8: z keeps the old, and r stands before the product."""
    z = sigmoid(x @ W[0].T + h @ U[0].T + b[0])
    r = sigmoid(x @ W[1].T + h @ U[1].T + b[1])
    new = np.tanh(x @ W[2].T + (r * h) @ U[2].T + b[2])
    return z * h + (1 - z) * new, c


def note_000(x, h, c, W, U, b, p):
    """The full GRU as note 000 prints it: r multiplies the whole product, and the bias stands outside the tanh."""
    u = sigmoid(x @ W[0].T + h @ U[0].T + b[0])
    r = sigmoid(x @ W[1].T + h @ U[1].T + b[1])
    new = np.tanh(r * (x @ W[2].T + h @ U[2].T)) + b[2]
    return u * new + (1 - u) * h, c


def lstm(candidate=np.tanh, peephole=None, show=np.tanh):
    """The rows in the order i, f, g, o, and peepholes in the order i, f, o."""

    def step(x, h, c, W, U, b, p):
        z = [x @ W[k].T + h @ U[k].T + b[k] for k in range(4)]
        seen = c if peephole else np.zeros_like(c)
        i, f, g = sigmoid(z[0] + p[0] * seen), sigmoid(z[1] + p[1] * seen), candidate(z[2])
        new = f * c + i * g
        seen = {None: seen, "previous": c, "updated": new}[peephole]
        return sigmoid(z[3] + p[2] * seen) * show(new), new

    return step


if __name__ == "__main__":
    torch.manual_seed(13)
    from_torch("pytorch-gru", torch.nn.GRU(INPUTS, UNITS))
    from_torch("pytorch-lstm", torch.nn.LSTM(INPUTS, UNITS))
    by_hand("cho", 1, 3, cho)
    by_hand("note-000", 6, 3, note_000)
    by_hand("goodfellow", 2, 4, lstm(candidate=sigmoid))
    by_hand("ng-peepholes", 3, 4, lstm(peephole="previous"), peepholes=True)
    by_hand("gers-peepholes", 4, 4, lstm(peephole="updated"), peepholes=True)
    # None of the forms: an LSTM that shows c as it is, without a tanh.
    by_hand("stranger", 5, 4, lstm(show=lambda c: c))
