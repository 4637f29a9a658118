// Element-wise kernels over contiguous single-precision numbers, several lanes at a time.
//
// Swift compiles for the oldest processor of an architecture; these are compiled for the newer ones too, and the first
// call picks what the processor at hand can run. The vector functions are SLEEF's: the exponential within 1 unit in the
// last place, tanh within 3.5.

#ifndef CKERNELS_H
#define CKERNELS_H

#include <stdbool.h>
#include <stddef.h>

/// Holds this thread to vectors of at most so many lanes, as if the processor had no wider ones: for tests.
void kernels_use_at_most(int lanes);

/// Sets whether this thread takes numbers too small for full precision as 0, and returns whether it did before.
///
/// A processor is many times slower on them, and a gradient that vanishes is full of them.
bool kernel_flush_subnormals(bool flush);

/// values[i] = tanh(values[i])
void kernel_tanh(float *values, size_t count);

/// values[i] = 1 / (1 + exp(-values[i]))
void kernel_sigmoid(float *values, size_t count);

/// values[i] = max(0, values[i]), and NaN where it is NaN.
void kernel_relu(float *values, size_t count);

/// gradient[i] = upstream[i] where output[i] > 0, else 0.
void kernel_relu_backward(const float *upstream, const float *output, float *gradient, size_t count);

/// values[i] = exp(values[i] - shift); returns the sum of the results.
double kernel_exp(float *values, float shift, size_t count);

/// The sum of the squares, in double precision.
double kernel_sum_of_squares(const float *values, size_t count);

/// The constants of a step of Adam: λ, β₁, 1 − β₁, β₂, 1 − β₂, 1 − α λ, α / (1 − β₁ᵏ), 1 / √(1 − β₂ᵏ), ε.
///
/// λ is 0 for AdamW, and 1 − α λ is 1 for Adam.
struct adam {
  float penalty, beta1, share1, beta2, share2, kept, rate, correction, epsilon;
};

/// g ← g + λ w, m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g², w ← (1 − α λ) w − rate · m / (√v · correction + ε),
/// number by number.
void kernel_adam(float *w, const float *g, float *m, float *v, size_t count, struct adam rule);

/// c = a b, or c += a b with `adding`, for a row a of `inner` numbers and a b of (inner, columns), whose rows begin
/// `stride` numbers apart.
void kernel_row_product(
    const float *a, size_t inner, const float *b, size_t stride, size_t columns, bool adding, float *c);

/// c = a bᵀ, or c += a bᵀ with `adding`, for a row a of `inner` numbers and a b of (rows, inner), whose rows begin
/// `stride` numbers apart.
void kernel_row_dots(
    const float *a, size_t inner, const float *b, size_t stride, size_t rows, bool adding, float *c);

/// target = sourceᵀ for a row-major source, (rows, columns); target += sourceᵀ with `adding`.
void kernel_transpose(const float *source, size_t rows, size_t columns, bool adding, float *target);

/// A step of an LSTM without peepholes, after its products: `rows` examples of `n` units, in one sweep over memory.
///
/// `gates` holds the pre-activations of the update, forget and output gate and of the candidate, (rows, 4 n), and then
/// their values; the other arguments are (rows, n). `LSTMCell` has the equations.
void kernel_lstm_forward(
    size_t rows, size_t n, float *gates, const float *c_before, float *c, float *tanh_c, float *a);

/// The same step backwards: `dc` gains what comes through a, `dc_before` what goes to the cell before; `d_gates` is
/// (rows, 4 n).
void kernel_lstm_backward(
    size_t rows, size_t n, const float *gates, const float *c_before, const float *tanh_c, const float *da, float *dc,
    float *dc_before, float *d_gates);

/// A step of a GRU whose reset gate stands after the product, on its recurrent half.
///
/// `gates` holds what the input sends to the update gate, the reset gate and the candidate, `recurrent` what the state
/// sends, both (rows, 3 n); `bias` is the candidate's own, (n). `GRUCell` has the equations.
void kernel_gru_forward(
    size_t rows, size_t n, float *gates, float *recurrent, const float *bias, const float *c_before, float *c);

/// The same step backwards: the gradients of the pre-activations in `d_gates`, what of them reaches the recurrent
/// product in `d_recurrent`, both (rows, 3 n); `dc_before` gains what goes to the state before.
void kernel_gru_backward(
    size_t rows, size_t n, const float *gates, const float *recurrent, const float *c_before, const float *dc,
    float *dc_before, float *d_gates, float *d_recurrent);

#endif
