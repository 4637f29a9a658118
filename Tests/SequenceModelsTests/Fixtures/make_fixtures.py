"""Numbers from PyTorch that the library is held against: what it should compute, said by someone else.

It writes the JSON files beside itself:

    pip install torch==2.13.0+cpu numpy safetensors==0.8.0        (the CPU build is on PyTorch's own index)
    python make_fixtures.py

Everything is float64, drawn from fixed seeds and computed with PyTorch's plainest kernels, so that two runs write the
same bytes. Arrays are nested in PyTorch's order: a sequence is [time][example][feature], a weight is [to][from]. A
one-layer RNN has weight_ih_l0, weight_hh_l0, bias_ih_l0 and bias_hh_l0; in an LSTM's these have a block of rows for each
of the gates i, f, g, o. Numbers have all their digits.

It also writes from_torch.safetensors, which the tests load, and loads from_swift.safetensors, which they write: where
PyTorch's outputs are not those in that file, it fails. The library writes that file anew with

    WRITE_FROM_SWIFT=$PWD/Tests/SequenceModelsTests/Fixtures/from_swift.safetensors swift test --filter TorchExchangeTests
"""

import json
import math
import os
from pathlib import Path

# The plainest kernels: the wider ones of a newer processor round the last digit differently.
os.environ["ATEN_CPU_CAPABILITY"] = "default"
os.environ["MKL_CBWR"] = "COMPATIBLE"

import torch
from safetensors.torch import load_file, save_file
from torch import nn
from torch.nn import functional

FOLDER = Path(__file__).resolve().parent
torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)


def numbers(tensor):
    """The tensor as nested lists of Python numbers."""
    return tensor.detach().tolist()


def write(name, content):
    """Writes one JSON file: a number's digits are those of Python's repr, which read back to the same bits."""
    made_by = f"make_fixtures.py, torch {torch.__version__}, float64"
    text = json.dumps({"made_by": made_by, **content}, indent=1, allow_nan=False)
    (FOLDER / name).write_text(flattened(text) + "\n", encoding="ascii")


def flattened(text):
    """Puts each innermost list on one line, so that a row of a matrix is a line of the file."""
    lines = []
    row = None
    for line in text.split("\n"):
        bare = line.strip()
        if row is not None and bare.rstrip(",") == "]":
            lines.append(row + bare)
            row = None
        elif bare.endswith("["):
            if row is not None:
                lines.append(row)
            row = line
        elif row is not None and not bare.endswith(("{", "}", "},", "],")):
            row += bare + (" " if bare.endswith(",") else "")
        else:
            if row is not None:
                lines.append(row)
                row = None
            lines.append(line)
    return "\n".join(lines)


# Recurrent layer


def rnn_case(name, activation, length, batch, starts_at_zero):
    """One layer over one batch: its output, and the gradients of sum(output * grad_output) + sum(h_n * grad_h_n)."""
    n_x, n_a = 3, 4
    rnn = nn.RNN(n_x, n_a, nonlinearity=activation)
    x = torch.randn(length, batch, n_x, requires_grad=True)
    h0 = torch.zeros(1, batch, n_a) if starts_at_zero else torch.randn(1, batch, n_a)
    h0.requires_grad_()
    grad_output = torch.randn(length, batch, n_a)
    grad_h_n = torch.randn(1, batch, n_a)
    output, h_n = rnn(x, h0)
    ((output * grad_output).sum() + (h_n * grad_h_n).sum()).backward()
    parameters = dict(rnn.named_parameters())
    return {
        "name": name,
        "activation": activation,
        "input_size": n_x,
        "hidden_size": n_a,
        "length": length,
        "batch": batch,
        "x": numbers(x),
        "h0": numbers(h0[0]),
        **{key: numbers(value) for key, value in parameters.items()},
        "output": numbers(output),
        "h_n": numbers(h_n[0]),
        "grad_output": numbers(grad_output),
        "grad_h_n": numbers(grad_h_n[0]),
        "gradients": {
            "x": numbers(x.grad),
            "h0": numbers(h0.grad[0]),
            **{key: numbers(value.grad) for key, value in parameters.items()},
        },
    }


def make_rnn():
    torch.manual_seed(1)
    cases = [
        rnn_case("tanh, one example", "tanh", length=5, batch=1, starts_at_zero=True),
        rnn_case("tanh, three examples", "tanh", length=5, batch=3, starts_at_zero=True),
        rnn_case("relu, three examples", "relu", length=5, batch=3, starts_at_zero=True),
        rnn_case("one step", "tanh", length=1, batch=3, starts_at_zero=True),
        rnn_case("a state to start from", "tanh", length=5, batch=3, starts_at_zero=False),
        rnn_case("relu, a state to start from", "relu", length=5, batch=1, starts_at_zero=False),
        rnn_case("twenty steps", "tanh", length=20, batch=3, starts_at_zero=False),
    ]
    write("rnn.json", {"cases": cases})


# Loss


def cross_entropy_case(name, logits, targets):
    """The loss of rows of logits: a row whose target is -100 counts neither in a sum nor in a mean."""
    logits = torch.as_tensor(logits, dtype=torch.float64).clone().requires_grad_()
    targets = torch.as_tensor(targets)
    mean = functional.cross_entropy(logits, targets)
    mean.backward()
    return {
        "name": name,
        "logits": numbers(logits),
        "targets": numbers(targets),
        "ignore_index": -100,
        "log_softmax": numbers(functional.log_softmax(logits, dim=1)),
        "losses": numbers(functional.cross_entropy(logits, targets, reduction="none")),
        "sum": numbers(functional.cross_entropy(logits, targets, reduction="sum")),
        "mean": numbers(mean),
        "grad_logits_of_mean": numbers(logits.grad),
    }


def make_cross_entropy():
    torch.manual_seed(2)
    rows = torch.randn(4, 5)
    cases = [
        cross_entropy_case("random", rows, [0, 4, 2, 2]),
        cross_entropy_case("two rows masked", rows, [0, -100, 2, -100]),
        cross_entropy_case("large logits", [[1e4, -1e4, 0.0], [1e5, 1e5, -1e5], [-1e5, 1e5, 0.0]], [0, 1, 2]),
        cross_entropy_case(
            "close together far from zero", [[1e5, 1e5 + 1, 1e5 + 2], [-1e5, -1e5 - 1, -1e5 - 2]], [0, 2]),
        cross_entropy_case("nearly sure", [[0.0, -40.0, -800.0], [40.0, 0.0, 0.0]], [0, 0]),
        cross_entropy_case("equal logits", [[7.0] * 6, [-3.0] * 6], [5, 0]),
        cross_entropy_case("one class", [[3.0], [-2.0]], [0, 0]),
        cross_entropy_case("one example", torch.randn(1, 3), [1]),
    ]
    write("cross_entropy.json", {"cases": cases})


# Clipping


def make_clipping():
    """Clips the norm of two gradients together, then their elements. PyTorch scales by max_norm / (norm + 1e-6)."""
    torch.manual_seed(3)
    directions = [torch.randn(2, 3), torch.randn(3)]
    norm = torch.sqrt(sum((direction * direction).sum() for direction in directions))
    gradients = [5 * direction / norm for direction in directions]

    def parameters(scale=1.0):
        made = [nn.Parameter(torch.zeros_like(gradient)) for gradient in gradients]
        for parameter, gradient in zip(made, gradients):
            parameter.grad = scale * gradient
        return made

    by_norm = []
    for name, max_norm, scale in [
        ("above", 1.0, 1.0),
        ("far above", 0.001, 1.0),
        ("exactly", 5.0, 1.0),
        ("below", 10.0, 1.0),
        ("no gradient at all", 1.0, 0.0),
        ("near the smallest numbers that count", 1.0, 1e-9),
    ]:
        clipped = parameters(scale)
        before = [numbers(parameter.grad) for parameter in clipped]
        total = nn.utils.clip_grad_norm_(clipped, max_norm)
        by_norm.append({
            "name": name,
            "gradients": before,
            "max_norm": max_norm,
            "total_norm": numbers(total),
            "clipped": [numbers(parameter.grad) for parameter in clipped],
        })
    by_value = []
    for clip_value in [0.5, 2.0, 100.0]:
        clipped = parameters()
        before = [numbers(parameter.grad) for parameter in clipped]
        nn.utils.clip_grad_value_(clipped, clip_value)
        by_value.append({
            "gradients": before,
            "clip_value": clip_value,
            "clipped": [numbers(parameter.grad) for parameter in clipped],
        })
    write("clipping.json", {"by_norm": by_norm, "by_value": by_value})


# Optimisers


def adagrad_inside(parameter, gradients, lr, eps):
    """Adagrad with its ε inside the root, as character models of the plain kind have it: p -= lr g / sqrt(Σ g² + ε)."""
    parameter = parameter.clone()
    memory = torch.zeros_like(parameter)
    steps = []
    for gradient in gradients:
        memory = memory + gradient * gradient
        parameter = parameter - lr * gradient / torch.sqrt(memory + eps)
        steps.append(numbers(parameter))
    return steps


def make_optimizers():
    torch.manual_seed(4)
    start = torch.randn(2, 3)
    gradients = [torch.randn(2, 3) for _ in range(5)]
    gradients[1][0, 0] = 0.0
    for gradient in gradients:
        gradient[1, 2] = 0.0  # An element that never has a gradient stays where it is.
    gradients[2] *= 1e-5  # Small enough to tell where ε stands.
    gradients[0][1, 1] = 3e-5
    optimizers = [
        ("sgd", torch.optim.SGD, {"lr": 0.1}),
        ("sgd_momentum", torch.optim.SGD, {"lr": 0.1, "momentum": 0.9}),
        ("adagrad", torch.optim.Adagrad, {"lr": 0.1, "eps": 1e-10}),
        ("rmsprop", torch.optim.RMSprop, {"lr": 0.01, "alpha": 0.9, "eps": 1e-8}),
        ("rmsprop_default", torch.optim.RMSprop, {"lr": 0.01, "alpha": 0.99, "eps": 1e-8}),
        ("adam", torch.optim.Adam, {"lr": 0.001, "betas": (0.9, 0.999), "eps": 1e-8}),
        ("adam_fast", torch.optim.Adam, {"lr": 0.1, "betas": (0.5, 0.9), "eps": 1e-3}),
        ("sgd_weight_decay", torch.optim.SGD, {"lr": 0.1, "weight_decay": 0.02}),
        ("sgd_nesterov", torch.optim.SGD, {"lr": 0.1, "momentum": 0.9, "nesterov": True, "weight_decay": 0.02}),
        ("adagrad_initial", torch.optim.Adagrad,
         {"lr": 0.1, "eps": 1e-3, "initial_accumulator_value": 0.1, "weight_decay": 0.02}),
        ("rmsprop_momentum", torch.optim.RMSprop, {"lr": 0.01, "alpha": 0.9, "eps": 1e-8, "momentum": 0.8}),
        ("rmsprop_centred", torch.optim.RMSprop, {"lr": 0.01, "alpha": 0.9, "eps": 1e-8, "centered": True}),
        ("rmsprop_all", torch.optim.RMSprop,
         {"lr": 0.01, "alpha": 0.9, "eps": 1e-6, "centered": True, "momentum": 0.8, "weight_decay": 0.02}),
        ("adam_weight_decay", torch.optim.Adam,
         {"lr": 0.01, "betas": (0.9, 0.999), "eps": 1e-8, "weight_decay": 0.02}),
        ("adamw", torch.optim.AdamW, {"lr": 0.01, "betas": (0.9, 0.999), "eps": 1e-8, "weight_decay": 0.02}),
    ]
    cases = []
    for name, kind, options in optimizers:
        parameter = nn.Parameter(start.clone())
        optimizer = kind([parameter], **options)
        steps = []
        for gradient in gradients:
            parameter.grad = gradient.clone()
            optimizer.step()
            steps.append(numbers(parameter))
        cases.append({"name": name, **options, "parameters": steps})
    options = {"lr": 0.1, "eps": 1e-8}
    cases.append({"name": "adagrad_inside", **options, "parameters": adagrad_inside(start, gradients, **options)})
    write("optimizers.json", {
        "parameter": numbers(start),
        "gradients": [numbers(gradient) for gradient in gradients],
        "cases": cases,
    })


# Language model


def make_language_model():
    """One step of a character model: tokens, one-hot, RNN, dense layer, mean cross-entropy, and every gradient."""
    torch.manual_seed(5)
    length, batch, classes, n_a = 6, 2, 5, 4
    tokens = torch.randint(classes, (length, batch))
    targets = torch.randint(classes, (length, batch))
    rnn = nn.RNN(classes, n_a)
    linear = nn.Linear(n_a, classes)
    h0 = torch.zeros(1, batch, n_a)
    output, h_n = rnn(functional.one_hot(tokens, classes).to(torch.float64), h0)
    logits = linear(output)
    loss = functional.cross_entropy(logits.reshape(-1, classes), targets.reshape(-1))
    loss.backward()
    parameters = {f"rnn.{key}": value for key, value in rnn.named_parameters()}
    parameters |= {f"linear.{key}": value for key, value in linear.named_parameters()}
    assert math.isfinite(loss.item())
    write("language_model.json", {
        "vocabulary_size": classes,
        "hidden_size": n_a,
        "length": length,
        "batch": batch,
        "tokens": numbers(tokens),
        "targets": numbers(targets),
        "parameters": {key: numbers(value) for key, value in parameters.items()},
        "output": numbers(output),
        "h_n": numbers(h_n[0]),
        "logits": numbers(logits),
        "loss": numbers(loss),
        "gradients": {key: numbers(value.grad) for key, value in parameters.items()},
    })


# The recipe of min-char-rnn


def make_recipe():
    """Forty windows of a text by Karpathy's recipe of 2015: one stream, the state carried and its gradient cut, the summed
    loss, elements clipped, Adagrad with epsilon inside the root. The text ends twice, and the state is reset there."""
    torch.manual_seed(6)
    classes, n_a, length, steps, bound, lr, eps = 6, 8, 5, 40, 1.0, 0.1, 1e-8
    text = torch.randint(classes, (97,))
    parameters = {
        "weight_ih": nn.Parameter(0.3 * torch.randn(n_a, classes)),
        "weight_hh": nn.Parameter(0.3 * torch.randn(n_a, n_a)),
        "bias": nn.Parameter(torch.zeros(n_a)),
        "weight": nn.Parameter(0.3 * torch.randn(classes, n_a)),
        "output_bias": nn.Parameter(torch.zeros(classes)),
    }
    start = {key: numbers(value) for key, value in parameters.items()}
    memory = {key: torch.zeros_like(value) for key, value in parameters.items()}
    losses, clipped, place, state = [], 0, 0, torch.zeros(n_a)
    for _ in range(steps):
        if place + length + 1 > len(text):
            place, state = 0, torch.zeros(n_a)
        loss = 0
        state = state.detach()
        for t in range(place, place + length):
            state = torch.tanh(parameters["weight_ih"][:, text[t]] + parameters["weight_hh"] @ state + parameters["bias"])
            logits = parameters["weight"] @ state + parameters["output_bias"]
            loss = loss + functional.cross_entropy(logits, text[t + 1])
        gradients = torch.autograd.grad(loss, list(parameters.values()))
        losses.append(loss.item())
        with torch.no_grad():
            for (key, value), gradient in zip(parameters.items(), gradients):
                clipped += int((gradient.abs() > bound).sum())
                gradient = gradient.clamp(-bound, bound)
                memory[key] += gradient * gradient
                value -= lr * gradient / torch.sqrt(memory[key] + eps)
        place += length
    assert clipped > 0
    write("recipe.json", {
        "vocabulary_size": classes,
        "hidden_size": n_a,
        "length": length,
        "clip_value": bound,
        "lr": lr,
        "eps": eps,
        "text": numbers(text),
        "start": start,
        "losses": losses,
        "end": {key: numbers(value) for key, value in parameters.items()},
    })


# Gated recurrent units


def gru_case(name, length, batch, starts_at_zero):
    """One nn.GRU over one batch, and the gradients of sum(output * grad_output) + sum(h_n * grad_h_n)."""
    n_x, n_a = 3, 4
    gru = nn.GRU(n_x, n_a)
    x = torch.randn(length, batch, n_x, requires_grad=True)
    h0 = torch.zeros(1, batch, n_a) if starts_at_zero else torch.randn(1, batch, n_a)
    h0.requires_grad_()
    grad_output = torch.randn(length, batch, n_a)
    grad_h_n = torch.randn(1, batch, n_a)
    output, h_n = gru(x, h0)
    ((output * grad_output).sum() + (h_n * grad_h_n).sum()).backward()
    parameters = dict(gru.named_parameters())
    return {
        "name": name,
        "x": numbers(x),
        "h0": numbers(h0[0]),
        "parameters": {key: numbers(value) for key, value in parameters.items()},
        "output": numbers(output),
        "h_n": numbers(h_n[0]),
        "grad_output": numbers(grad_output),
        "grad_h_n": numbers(grad_h_n[0]),
        "gradients": {
            "x": numbers(x.grad),
            "h0": numbers(h0.grad[0]),
            **{key: numbers(value.grad) for key, value in parameters.items()},
        },
    }


def notes_gru(form, x, c, weights):
    """The forms that PyTorch does not have, as equations. A weight is over [c, x]; the update gate takes in the new."""
    outputs = []
    for x_t in x:
        both = torch.cat([c, x_t], dim=1)
        update = torch.sigmoid(both @ weights["Wu"].T + weights["bu"])
        if form == "simplified":
            candidate = torch.tanh(both @ weights["Wc"].T + weights["bc"])
        else:
            reset = torch.sigmoid(both @ weights["Wr"].T + weights["br"])
            if form == "resetBefore":
                candidate = torch.tanh(torch.cat([reset * c, x_t], dim=1) @ weights["Wc"].T + weights["bc"])
            else:
                candidate = torch.tanh(reset * (both @ weights["Wc"].T) + weights["bc"])
        c = update * candidate + (1 - update) * c
        outputs.append(c)
    return torch.stack(outputs), c


def notes_gru_case(name, form, length, batch):
    """The same sum as in gru_case, with its gradients by autograd."""
    n_x, n_a = 3, 4
    weights = {}
    for gate in ["u", "c"] if form == "simplified" else ["u", "r", "c"]:
        weights[f"W{gate}"] = 0.5 * torch.randn(n_a, n_a + n_x)
        weights[f"b{gate}"] = 0.5 * torch.randn(n_a)
    x = torch.randn(length, batch, n_x)
    h0 = torch.randn(batch, n_a)
    inputs = {"x": x, "h0": h0, **weights}
    for value in inputs.values():
        value.requires_grad_()
    output, h_n = notes_gru(form, x, h0, weights)
    grad_output = torch.randn(length, batch, n_a)
    grad_h_n = torch.randn(batch, n_a)
    ((output * grad_output).sum() + (h_n * grad_h_n).sum()).backward()
    return {
        "name": name,
        "form": form,
        "x": numbers(x),
        "h0": numbers(h0),
        "parameters": {key: numbers(value) for key, value in weights.items()},
        "output": numbers(output),
        "h_n": numbers(h_n),
        "grad_output": numbers(grad_output),
        "grad_h_n": numbers(grad_h_n),
        "gradients": {key: numbers(value.grad) for key, value in inputs.items()},
    }


def make_gru():
    torch.manual_seed(7)
    write("gru.json", {
        "torch": [
            gru_case("one example", length=5, batch=1, starts_at_zero=True),
            gru_case("three examples", length=5, batch=3, starts_at_zero=True),
            gru_case("one step", length=1, batch=3, starts_at_zero=True),
            gru_case("a state to start from", length=5, batch=3, starts_at_zero=False),
            gru_case("twenty steps", length=20, batch=2, starts_at_zero=False),
        ],
        "notes": [
            notes_gru_case("simplified", "simplified", length=5, batch=3),
            notes_gru_case("reset before the product", "resetBefore", length=5, batch=3),
            notes_gru_case("reset before the product, twenty steps", "resetBefore", length=20, batch=1),
            notes_gru_case("reset after the product", "resetAfterWhole", length=5, batch=3),
        ],
    })


# Long short-term memory


def lstm_result(names, x, states, grad_output, grad_states, output, last):
    """Outputs and final states, and the gradients of sum(output * grad_output) + sum(final state * its gradient)."""
    loss = (output * grad_output).sum()
    for state, gradient in zip(last, grad_states):
        loss = loss + (state * gradient).sum()
    loss.backward()
    return {
        "x": numbers(x),
        "h0": numbers(states[0]),
        "c0": numbers(states[1]),
        "parameters": {key: numbers(value) for key, value in names.items()},
        "output": numbers(output),
        "h_n": numbers(last[0]),
        "c_n": numbers(last[1]),
        "grad_output": numbers(grad_output),
        "grad_h_n": numbers(grad_states[0]),
        "grad_c_n": numbers(grad_states[1]),
        "gradients": {
            "x": numbers(x.grad),
            "h0": numbers(states[0].grad),
            "c0": numbers(states[1].grad),
            **{key: numbers(value.grad) for key, value in names.items()},
        },
    }


def lstm_draws(length, batch, n_x, n_a, starts_at_zero):
    """An input, the states before it, and what a loss sends to the outputs and to the states after it."""
    x = torch.randn(length, batch, n_x, requires_grad=True)
    states = [torch.zeros(batch, n_a) if starts_at_zero else torch.randn(batch, n_a) for _ in range(2)]
    for state in states:
        state.requires_grad_()
    return x, states, torch.randn(length, batch, n_a), [torch.randn(batch, n_a) for _ in range(2)]


def lstm_case(name, length, batch, starts_at_zero):
    """PyTorch's own layer: gates in the order i, f, g, o, two biases."""
    n_x, n_a = 2, 3
    lstm = nn.LSTM(n_x, n_a)
    x, states, grad_output, grad_states = lstm_draws(length, batch, n_x, n_a, starts_at_zero)
    output, last = lstm(x, tuple(state[None] for state in states))
    result = lstm_result(
        dict(lstm.named_parameters()), x, states, grad_output, grad_states, output, [state[0] for state in last])
    return {"name": name, "peephole": "none", "candidate": "tanh", **result}


def lstm_variant_case(peephole, candidate, batch):
    """The equations written out over a loop, with the gates in PyTorch's order, a peephole vector a gate in the order
    i, f, o, and tanh or the sigmoid for the candidate."""
    n_x, n_a, length = 2, 3, 5
    parameters = {
        "weight_ih_l0": nn.Parameter(0.5 * torch.randn(4 * n_a, n_x)),
        "weight_hh_l0": nn.Parameter(0.5 * torch.randn(4 * n_a, n_a)),
        "bias_ih_l0": nn.Parameter(0.5 * torch.randn(4 * n_a)),
        "bias_hh_l0": nn.Parameter(0.5 * torch.randn(4 * n_a)),
    }
    if peephole != "none":
        parameters["peephole_l0"] = nn.Parameter(0.5 * torch.randn(3 * n_a))
    w_x, w_h, b_x, b_h = list(parameters.values())[:4]
    p_i, p_f, p_o = parameters.get("peephole_l0", torch.zeros(3 * n_a)).chunk(3)
    x, states, grad_output, grad_states = lstm_draws(length, batch, n_x, n_a, starts_at_zero=False)
    h, c = states
    outputs = []
    for step in x:
        i, f, g, o = (step @ w_x.T + h @ w_h.T + b_x + b_h).chunk(4, dim=1)
        before = c
        i = torch.sigmoid(i + p_i * before)
        f = torch.sigmoid(f + p_f * before)
        g = torch.tanh(g) if candidate == "tanh" else torch.sigmoid(g)
        c = f * before + i * g
        o = torch.sigmoid(o + p_o * (c if peephole == "updated" else before))
        h = o * torch.tanh(c)
        outputs.append(h)
    result = lstm_result(parameters, x, states, grad_output, grad_states, torch.stack(outputs), [h, c])
    return {"name": f"{candidate}, peephole {peephole}", "peephole": peephole, "candidate": candidate, **result}


def make_lstm():
    torch.manual_seed(7)
    cases = [
        lstm_case("one example, one step", length=1, batch=1, starts_at_zero=True),
        lstm_case("three examples, one step, states to start from", length=1, batch=3, starts_at_zero=False),
        lstm_case("one example, twenty steps, states to start from", length=20, batch=1, starts_at_zero=False),
        lstm_case("three examples, twenty steps", length=20, batch=3, starts_at_zero=True),
    ]
    cases += [
        lstm_variant_case(peephole, candidate, batch=2)
        for candidate in ["tanh", "sigmoid"]
        for peephole in ["none", "previous", "updated"]
    ]
    write("lstm.json", {"cases": cases})


# Both directions, several layers, and what stands before and after them


def stacked_case(name, depth, both, length=4, lengths=None, starts_at_zero=True):
    """A stack of tanh layers as in rnn_case, but states are [layer and direction][example][unit]. With lengths, the batch
    is packed: the output is 0 past each sequence's end, and grad_output is too."""
    n_x, n_a, batch = 3, 2, 2 if lengths is None else len(lengths)
    rnn = nn.RNN(n_x, n_a, num_layers=depth, bidirectional=both)
    states = depth * (2 if both else 1)
    x = torch.randn(length, batch, n_x, requires_grad=True)
    h0 = torch.zeros(states, batch, n_a) if starts_at_zero else torch.randn(states, batch, n_a)
    h0.requires_grad_()
    grad_output = torch.randn(length, batch, n_a * (2 if both else 1))
    grad_h_n = torch.randn(states, batch, n_a)
    if lengths is None:
        output, h_n = rnn(x, h0)
    else:
        packed = nn.utils.rnn.pack_padded_sequence(x, torch.tensor(lengths), enforce_sorted=False)
        output, h_n = rnn(packed, h0)
        output, _ = nn.utils.rnn.pad_packed_sequence(output, total_length=length)
        for example, steps in enumerate(lengths):
            grad_output[steps:, example] = 0.0
    ((output * grad_output).sum() + (h_n * grad_h_n).sum()).backward()
    parameters = dict(rnn.named_parameters())
    return {
        "name": name,
        "num_layers": depth,
        "bidirectional": both,
        "lengths": lengths or [length] * batch,
        "starts_at_zero": starts_at_zero,
        "x": numbers(x),
        "h0": [numbers(state) for state in h0],
        "parameters": {key: numbers(value) for key, value in parameters.items()},
        "output": numbers(output),
        "h_n": [numbers(state) for state in h_n],
        "grad_output": numbers(grad_output),
        "grad_h_n": [numbers(state) for state in grad_h_n],
        "gradients": {"x": numbers(x.grad), **{key: numbers(value.grad) for key, value in parameters.items()}},
        "grad_h0": [numbers(state) for state in h0.grad],
    }


def make_stacked():
    torch.manual_seed(7)
    write("stacked.json", {"cases": [
        stacked_case("both directions", 1, True),
        stacked_case("both directions, one step, states to start from", 1, True, length=1, starts_at_zero=False),
        stacked_case("both directions, states to start from", 1, True, starts_at_zero=False),
        stacked_case("both directions, unequal lengths", 1, True, lengths=[2, 4, 1]),
        stacked_case("both directions, unequal lengths, states to start from", 1, True, lengths=[1, 4, 3],
                     starts_at_zero=False),
        stacked_case("three layers", 3, False),
        stacked_case("three layers, states to start from", 3, False, starts_at_zero=False),
        stacked_case("two layers, unequal lengths", 2, False, lengths=[4, 2], starts_at_zero=False),
        stacked_case("two layers in both directions", 2, True),
        stacked_case("two layers in both directions, unequal lengths, states to start from", 2, True, lengths=[3, 4, 1],
                     starts_at_zero=False),
    ]})


def make_dense_on_top():
    """Two plain layers and a dense one with tanh on top, at every step."""
    torch.manual_seed(11)
    rnn, dense = nn.RNN(3, 4, num_layers=2), nn.Linear(4, 5)
    x = torch.randn(4, 2, 3, requires_grad=True)
    grad_output = torch.randn(4, 2, 5)
    outputs = torch.tanh(dense(rnn(x)[0]))
    (outputs * grad_output).sum().backward()
    parameters = dict(rnn.named_parameters()) | {f"dense.{key}": value for key, value in dense.named_parameters()}
    write("dense_on_top.json", {
        "x": numbers(x),
        "outputs": numbers(outputs),
        "grad_output": numbers(grad_output),
        "grad_x": numbers(x.grad),
        "parameters": {key: numbers(value) for key, value in parameters.items()},
        "gradients": {key: numbers(value.grad) for key, value in parameters.items()},
    })


def make_embedding():
    torch.manual_seed(8)
    tokens = torch.tensor([[0, 3], [3, 3], [1, 0]])
    embedding = nn.Embedding(5, 3)
    output = embedding(tokens)
    grad_output = torch.randn(3, 2, 3)
    (output * grad_output).sum().backward()
    write("embedding.json", {
        "tokens": numbers(tokens),
        "weight": numbers(embedding.weight),
        "output": numbers(output),
        "grad_output": numbers(grad_output),
        "grad_weight": numbers(embedding.weight.grad),
    })


def elementwise_case(name, function, inputs, targets, counted):
    """A loss of each number alone. Numbers that do not count are left out by a weight, and out of the mean."""
    inputs = torch.as_tensor(inputs, dtype=torch.float64).clone().requires_grad_()
    targets = torch.as_tensor(targets, dtype=torch.float64)
    counted = torch.as_tensor(counted, dtype=torch.bool)
    losses = function(inputs, targets, reduction="none")
    kept = function(inputs[counted], targets[counted], reduction="mean")
    kept.backward()
    return {
        "name": name,
        "inputs": numbers(inputs),
        "targets": numbers(targets),
        "counted": numbers(counted),
        "losses": numbers(losses),
        "sum": numbers(function(inputs[counted], targets[counted], reduction="sum")),
        "mean": numbers(kept),
        "grad_of_mean": numbers(inputs.grad),
    }


def make_elementwise_losses():
    torch.manual_seed(9)
    binary, squared = functional.binary_cross_entropy_with_logits, functional.mse_loss
    rows, answers = 2 * torch.randn(3, 4), torch.randint(2, (3, 4))
    everything = torch.ones(3, 4)
    some = torch.tensor([[1, 1, 0, 1], [0, 0, 0, 0], [1, 0, 1, 1]])
    huge = [[1e300, 1e300, -1e300, -1e300], [800.0, 800.0, -800.0, -800.0], [40.0, 0.0, -40.0, 1e-300]]
    write("elementwise_losses.json", {
        "binary_cross_entropy": [
            elementwise_case("random", binary, rows, answers, everything),
            elementwise_case("some left out", binary, rows, answers, some),
            elementwise_case("probabilities as targets", binary, rows, torch.rand(3, 4), everything),
            elementwise_case("huge logits, right", binary, huge, [[1, 1, 0, 0]] * 3, everything),
            elementwise_case("large logits, wrong", binary, huge[1:], [[0, 0, 1, 1]] * 2, everything[1:]),
        ],
        "mean_squared_error": [
            elementwise_case("random", squared, rows, torch.randn(3, 4), everything),
            elementwise_case("some left out", squared, rows, torch.randn(3, 4), some),
            elementwise_case("one number", squared, [[3.0]], [[-1.5]], [[1]]),
        ],
    })


# Models


def make_tagger():
    """Tags for a padded batch of unequal lengths, with features and with tokens: packed, and -100 where nothing is asked."""
    torch.manual_seed(7)
    n_x, n_a, tags, lengths = 4, 5, 3, [6, 2, 4]
    length, batch = max(lengths), len(lengths)
    targets = torch.randint(tags, (length, batch))
    tokens = torch.randint(n_x, (length, batch))
    targets[3, 0] = -100  # A real step without a target.
    for example, end in enumerate(lengths):
        targets[end:, example] = -100
        tokens[end:, example] = -1
    one_hot = functional.one_hot(tokens.clamp(min=0), n_x) * (tokens >= 0).unsqueeze(-1)
    cases = []
    for name, x in [("features", torch.randn(length, batch, n_x)), ("tokens", one_hot.to(torch.float64))]:
        rnn, linear = nn.RNN(n_x, n_a), nn.Linear(n_a, tags)
        packed = nn.utils.rnn.pack_padded_sequence(x, lengths, enforce_sorted=False)
        output, _ = nn.utils.rnn.pad_packed_sequence(rnn(packed)[0])
        logits = linear(output)
        loss = functional.cross_entropy(logits.reshape(-1, tags), targets.reshape(-1), reduction="sum")
        loss.backward()
        parameters = {f"rnn.{key}": value for key, value in rnn.named_parameters()}
        parameters |= {f"output.{key}": value for key, value in linear.named_parameters()}
        cases.append({
            "name": name,
            "x": numbers(x),
            "parameters": {key: numbers(value) for key, value in parameters.items()},
            "probabilities": numbers(functional.softmax(logits, dim=-1)),
            "loss": numbers(loss),
            "gradients": {key: numbers(value.grad) for key, value in parameters.items()},
        })
    write("tagger.json", {
        "lengths": lengths, "tokens": numbers(tokens), "targets": numbers(targets), "cases": cases,
    })


def make_encoder_decoder():
    """A packed source of unequal lengths, its last state into a decoder that reads the right tokens, the first input 0."""
    torch.manual_seed(8)
    n_x, n_y, n_a, source_lengths, target_lengths = 4, 5, 6, [3, 5, 2], [4, 2, 3]
    batch = len(source_lengths)
    source = torch.randn(max(source_lengths), batch, n_x)
    targets = torch.randint(n_y, (max(target_lengths), batch))
    inputs = torch.zeros(max(target_lengths), batch, n_y)
    inputs[1:] = functional.one_hot(targets[:-1], n_y)
    for example, end in enumerate(target_lengths):
        targets[end:, example] = -100
    encoder, rnn, linear = nn.RNN(n_x, n_a), nn.RNN(n_y, n_a), nn.Linear(n_a, n_y)
    packed = nn.utils.rnn.pack_padded_sequence(source, source_lengths, enforce_sorted=False)
    _, h_n = encoder(packed)
    logits = linear(rnn(inputs, h_n)[0])
    loss = functional.cross_entropy(logits.reshape(-1, n_y), targets.reshape(-1), reduction="sum")
    loss.backward()
    parameters = {f"encoder.{key}": value for key, value in encoder.named_parameters()}
    parameters |= {f"decoder.rnn.{key}": value for key, value in rnn.named_parameters()}
    parameters |= {f"decoder.output.{key}": value for key, value in linear.named_parameters()}
    write("encoder_decoder.json", {
        "source_lengths": source_lengths,
        "target_lengths": target_lengths,
        "source": numbers(source),
        "targets": numbers(targets),
        "parameters": {key: numbers(value) for key, value in parameters.items()},
        "h_n": numbers(h_n[0]),
        "loss": numbers(loss),
        "gradients": {key: numbers(value.grad) for key, value in parameters.items()},
    })


def attention_case(name, source_lengths, target_lengths):
    """An encoder and a decoder with attention on top, in PyTorch's own batched operations: scores of the decoder's states
    and the encoder's, a masked softmax, the context and the state through a tanh, and the loss of the right tokens."""
    n_x, n_y, n_a, n_h = 4, 5, 6, 3
    batch = len(source_lengths)
    source = torch.randn(max(source_lengths), batch, n_x)
    targets = torch.randint(n_y, (max(target_lengths), batch))
    inputs = torch.zeros(max(target_lengths), batch, n_y)
    inputs[1:] = functional.one_hot(targets[:-1], n_y)
    for example, end in enumerate(target_lengths):
        targets[end:, example] = -100
    encoder, rnn, linear = nn.GRU(n_x, n_a), nn.GRU(n_y, n_a), nn.Linear(n_a, n_y)
    combine = nn.Linear(2 * n_a, n_a, bias=False)
    weights = {"combine": combine}
    if name == "additive":
        weights["state"], weights["source"] = nn.Linear(n_a, n_h, bias=False), nn.Linear(n_a, n_h, bias=False)
        weights["score"] = nn.Linear(n_h, 1, bias=False)
    packed = nn.utils.rnn.pack_padded_sequence(source, source_lengths, enforce_sorted=False)
    states, h_n = encoder(packed)
    states = nn.utils.rnn.pad_packed_sequence(states)[0].transpose(0, 1)  # example, place, unit
    outputs = rnn(inputs, h_n)[0].transpose(0, 1)  # example, step, unit
    if name == "additive":
        compared = weights["state"](outputs)[:, :, None] + weights["source"](states)[:, None]
        scores = weights["score"](compared.tanh())[..., 0]
    else:
        scores = torch.bmm(outputs, states.transpose(1, 2))
    padded = torch.arange(states.shape[1])[None] >= torch.tensor(source_lengths)[:, None]
    alpha = scores.masked_fill(padded[:, None], -math.inf).softmax(2)
    attended = combine(torch.cat([torch.bmm(alpha, states), outputs], 2)).tanh()
    logits = linear(attended).transpose(0, 1)
    loss = functional.cross_entropy(logits.reshape(-1, n_y), targets.reshape(-1), reduction="sum")
    loss.backward()
    parameters = {f"encoder.{key}": value for key, value in encoder.named_parameters()}
    parameters |= {f"decoder.rnn.{key}": value for key, value in rnn.named_parameters()}
    parameters |= {f"decoder.rnn.attention.{key}.weight": value.weight for key, value in weights.items()}
    parameters |= {f"decoder.output.{key}": value for key, value in linear.named_parameters()}
    return {
        "name": name,
        "source_lengths": source_lengths,
        "target_lengths": target_lengths,
        "source": numbers(source),
        "targets": numbers(targets),
        "parameters": {key: numbers(value) for key, value in parameters.items()},
        "weights": numbers(alpha),
        "logits": numbers(logits),
        "loss": numbers(loss),
        "gradients": {key: numbers(value.grad) for key, value in parameters.items()},
    }


def make_attention():
    torch.manual_seed(31)
    lengths = [3, 5, 2], [4, 2, 3]
    write("attention.json", {"cases": [attention_case("dotProduct", *lengths), attention_case("additive", *lengths)]})


# Gated cells in two layers of both directions


def gated_stack_case(name, module, lengths):
    """Two layers of a gated cell in both directions over a packed batch, from given states, and the gradients of
    sum(output * grad_output) + sum(state * its grad) over h_n and, of an LSTM, c_n. States are
    [layer and direction][example][unit]; the output is 0 past each sequence's end."""
    n_x, n_a, length, batch = 3, 2, max(lengths), len(lengths)
    rnn = module(n_x, n_a, num_layers=2, bidirectional=True)
    kinds = ["h", "c"] if module is nn.LSTM else ["h"]
    x = torch.randn(length, batch, n_x, requires_grad=True)
    start = [torch.randn(4, batch, n_a, requires_grad=True) for _ in kinds]
    packed = nn.utils.rnn.pack_padded_sequence(x, torch.tensor(lengths), enforce_sorted=False)
    output, last = rnn(packed, tuple(start) if len(kinds) == 2 else start[0])
    output, _ = nn.utils.rnn.pad_packed_sequence(output, total_length=length)
    last = list(last) if len(kinds) == 2 else [last]
    grad_output = torch.randn(length, batch, 2 * n_a)
    for example, steps in enumerate(lengths):
        grad_output[steps:, example] = 0.0
    grad_last = [torch.randn(4, batch, n_a) for _ in kinds]
    loss = (output * grad_output).sum() + sum((state * grad).sum() for state, grad in zip(last, grad_last))
    loss.backward()
    parameters = dict(rnn.named_parameters())

    def states(tensors):
        return {kind: [numbers(state) for state in tensor] for kind, tensor in zip(kinds, tensors)}

    return {
        "name": name,
        "lengths": lengths,
        "x": numbers(x),
        "start": states(start),
        "parameters": {key: numbers(value) for key, value in parameters.items()},
        "output": numbers(output),
        "last": states(last),
        "grad_output": numbers(grad_output),
        "grad_last": states(grad_last),
        "gradients": {"x": numbers(x.grad), **{key: numbers(value.grad) for key, value in parameters.items()}},
        "grad_start": states([state.grad for state in start]),
    }


def make_gated_stacks():
    torch.manual_seed(10)
    write("gated_stacks.json", {
        "gru": gated_stack_case("GRU", nn.GRU, [3, 5, 1]),
        "lstm": gated_stack_case("LSTM", nn.LSTM, [3, 5, 1]),
    })


# Weights in a file, both ways


class Tagger(nn.Module):
    """Five scores at every step: two layers both ways, a layer one way and a linear head."""

    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(3, 4, num_layers=2, bidirectional=True)
        self.gru = nn.GRU(8, 3)
        self.head = nn.Linear(3, 5)

    def outputs(self, x):
        """What comes out of every part, from x in single precision, computed in double."""
        lstm, _ = self.lstm(x.double())
        gru, _ = self.gru(lstm)
        return {"lstm_output": lstm, "gru_output": gru, "head_output": self.head(gru)}


def make_from_torch():
    torch.manual_seed(10)
    tagger = Tagger()
    # All numbers as single precision has them, so that both sides compute from the same.
    tagger.load_state_dict({name: value.float().double() for name, value in tagger.state_dict().items()})
    x = torch.randn(5, 2, 3).float()
    tensors = {**tagger.state_dict(), "x": x, **tagger.outputs(x)}
    save_file(
        {name: value.detach().float().contiguous() for name, value in tensors.items()},
        FOLDER / "from_torch.safetensors",
        metadata={"made_by": f"make_fixtures.py, torch {torch.__version__}"},
    )


def check_from_swift():
    """Every tensor is an input, an output or a parameter, and the parameters are those of the module, no more, no fewer."""
    file = load_file(FOLDER / "from_swift.safetensors")
    x = file.pop("x")
    outputs = {name: file.pop(name) for name in ["lstm_output", "gru_output", "head_output"]}
    tagger = Tagger()
    tagger.load_state_dict(file, strict=True)
    for name, expected in tagger.outputs(x).items():
        difference = (outputs[name] - expected).abs().max().item()
        assert outputs[name].shape == expected.shape and difference < 1e-5, f"{name} is off by {difference}"


if __name__ == "__main__":
    make_rnn()
    make_cross_entropy()
    make_clipping()
    make_optimizers()
    make_language_model()
    make_recipe()
    make_gru()
    make_lstm()
    make_stacked()
    make_dense_on_top()
    make_embedding()
    make_elementwise_losses()
    make_tagger()
    make_encoder_decoder()
    make_attention()
    make_gated_stacks()
    make_from_torch()
    check_from_swift()
