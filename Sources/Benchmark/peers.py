"""The training step of the benchmark in PyTorch and in JAX, timed: the peers that our engine stands beside.

    python3 peers.py ENGINE --environment FOLDER --cell lstm --hidden 256 ...

ENGINE is torch or jax. The folder takes a Python environment with both, made on the first run. One line of JSON comes
out. A step takes token ids through recurrent layers and a linear output to the mean cross-entropy, back through every
step of time, and ends with the norm clipped at 5 and Adam, in float32. PyTorch reads one-hot columns, which is what
`nn.RNN` takes; JAX looks columns up.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import time
import venv

PACKAGES = ["torch==2.13.0+cpu", "jax==0.10.2", "numpy"]
BLOCKS = {"rnn": 1, "gru": 3, "lstm": 4}


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("engine", choices=["torch", "jax"])
    parser.add_argument("--environment", required=True, help="the folder of the Python environment")
    parser.add_argument("--cell", choices=list(BLOCKS), default="lstm")
    for name, default in dict(hidden=256, batch=64, length=64, vocabulary=65, layers=1, threads=2).items():
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--seconds", type=float, default=2)
    return parser.parse_args()


def enter_environment(folder):
    """Goes on in the environment, and makes it where it is not there."""
    folder = pathlib.Path(folder).resolve()
    if pathlib.Path(sys.prefix).resolve() == folder:
        return
    python = folder / "bin" / "python"
    ready = folder / "ready"
    if not ready.exists():
        print(f"making a Python environment in {folder}", file=sys.stderr)
        venv.create(folder, with_pip=True, clear=True)
        command = [str(python), "-m", "pip", "install", "--quiet", *PACKAGES]
        if subprocess.run(command, stdout=sys.stderr).returncode:
            sys.exit(
                "the peers could not be installed. The CPU build of PyTorch is on PyTorch's own package index: "
                "name it in PIP_EXTRA_INDEX_URL and try again."
            )
        ready.touch()
    os.execv(python, [str(python), *sys.argv])


def torch_step(o):
    import torch

    torch.set_num_threads(o.threads)
    torch.manual_seed(1)
    kinds = {"rnn": torch.nn.RNN, "gru": torch.nn.GRU, "lstm": torch.nn.LSTM}
    layer = kinds[o.cell](o.vocabulary, o.hidden, num_layers=o.layers)
    output = torch.nn.Linear(o.hidden, o.vocabulary)
    parameters = [*layer.parameters(), *output.parameters()]
    adam = torch.optim.Adam(parameters, lr=1e-4, fused=True)
    inputs = torch.randint(o.vocabulary, (o.length, o.batch))
    targets = torch.randint(o.vocabulary, (o.length * o.batch,))

    def step():
        columns = torch.nn.functional.one_hot(inputs, o.vocabulary).to(torch.float32)
        states, _ = layer(columns)
        loss = torch.nn.functional.cross_entropy(output(states).flatten(0, 1), targets)
        adam.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 5)
        adam.step()

    return step, torch.__version__


def jax_step(o):
    # Read when JAX starts: as many threads as are asked for.
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: o.threads])
    import jax
    import jax.numpy as jnp

    n, blocks = o.hidden, BLOCKS[o.cell]
    keys = iter(jax.random.split(jax.random.key(1), 4 * o.layers + 4))

    def draw(*shape):
        return jax.random.uniform(next(keys), shape, minval=-(n**-0.5), maxval=n**-0.5)

    model = {
        "layers": [
            {
                "input": draw(o.vocabulary if level == 0 else n, blocks * n),
                "state": draw(n, blocks * n),
                "bias": jnp.zeros(blocks * n),
                "state_bias": jnp.zeros(blocks * n),
            }
            for level in range(o.layers)
        ],
        "output": draw(n, o.vocabulary),
        "output_bias": jnp.zeros(o.vocabulary),
    }
    inputs = jax.random.randint(next(keys), (o.length, o.batch), 0, o.vocabulary)
    targets = jax.random.randint(next(keys), (o.length, o.batch), 0, o.vocabulary)

    def cell(layer):
        def rnn(state, x):
            a = jnp.tanh(x + state[0] @ layer["state"] + layer["state_bias"])
            return (a,), a

        def gru(state, x):
            (a,) = state
            h = a @ layer["state"] + layer["state_bias"]
            reset = jax.nn.sigmoid(x[:, :n] + h[:, :n])
            keep = jax.nn.sigmoid(x[:, n : 2 * n] + h[:, n : 2 * n])
            candidate = jnp.tanh(x[:, 2 * n :] + reset * h[:, 2 * n :])
            a = keep * a + (1 - keep) * candidate
            return (a,), a

        def lstm(state, x):
            a, c = state
            z = x + a @ layer["state"] + layer["state_bias"]
            update, forget, candidate, out = jnp.split(z, 4, axis=1)
            c = jax.nn.sigmoid(forget) * c + jax.nn.sigmoid(update) * jnp.tanh(candidate)
            a = jax.nn.sigmoid(out) * jnp.tanh(c)
            return (a, c), a

        return {"rnn": rnn, "gru": gru, "lstm": lstm}[o.cell]

    def loss(model):
        zeros = jnp.zeros((o.batch, n))
        start = (zeros, zeros) if o.cell == "lstm" else (zeros,)
        a = None
        for layer in model["layers"]:
            x = layer["input"][inputs] if a is None else a @ layer["input"]
            _, a = jax.lax.scan(cell(layer), start, x + layer["bias"])
        log_p = jax.nn.log_softmax(a @ model["output"] + model["output_bias"])
        return -jnp.mean(jnp.take_along_axis(log_p, targets[..., None], axis=-1))

    def update(state):
        model, m, v, k = state
        gradient = jax.grad(loss)(model)
        norm = jnp.sqrt(sum(jnp.vdot(g, g) for g in jax.tree.leaves(gradient)))
        gradient = jax.tree.map(lambda g: g * jnp.minimum(1.0, 5.0 / norm), gradient)
        m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, m, gradient)
        v = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, v, gradient)
        rate, correction = 1e-4 / (1 - 0.9**k), 1 / jnp.sqrt(1 - 0.999**k)
        model = jax.tree.map(lambda w, m, v: w - rate * m / (jnp.sqrt(v) * correction + 1e-8), model, m, v)
        return model, m, v, k + 1

    compiled = jax.jit(update, donate_argnums=0)
    zeros = lambda: jax.tree.map(jnp.zeros_like, model)
    state = [model, zeros(), zeros(), jnp.float32(1)]

    def step():
        state[:] = jax.block_until_ready(compiled(tuple(state)))

    return step, jax.__version__


def main():
    o = options()
    enter_environment(o.environment)
    step, version = {"torch": torch_step, "jax": jax_step}[o.engine](o)
    for _ in range(3):
        step()
    times, start = [], time.perf_counter()
    while not times or time.perf_counter() - start < o.seconds:
        before = time.perf_counter()
        step()
        times.append(time.perf_counter() - before)
    median = sorted(times)[len(times) // 2]
    report = {name: value for name, value in vars(o).items() if name != "environment"}
    report |= {
        "engine": f"{o.engine} {version}",
        "steps": len(times),
        "milliseconds_per_step": round(median * 1e3, 4),
        "tokens_per_second": round(o.batch * o.length / median),
    }
    print(json.dumps(report))


main()
