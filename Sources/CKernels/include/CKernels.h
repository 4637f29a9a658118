// Element-wise kernels over contiguous single-precision numbers, several lanes at a time.
//
// Swift compiles for the oldest processor of an architecture; these are compiled for the newer ones too, and the first
// call picks what the processor at hand can run. The vector functions are SLEEF's (at most 1 unit in the last place).

#ifndef CKERNELS_H
#define CKERNELS_H

#include <stdbool.h>
#include <stddef.h>

/// values[i] = tanh(values[i])
void kernel_tanh(float *values, size_t count);

/// values[i] = 1 / (1 + exp(-values[i]))
void kernel_sigmoid(float *values, size_t count);

/// values[i] = exp(values[i] - shift); returns the sum of the results.
double kernel_exp(float *values, float shift, size_t count);

/// The sum of the squares, in double precision.
double kernel_sum_of_squares(const float *values, size_t count);

/// The constants of a step of Adam: β₁, 1 − β₁, β₂, 1 − β₂, α / (1 − β₁ᵏ), 1 / √(1 − β₂ᵏ), ε.
struct adam {
  float first_decay, first_share, second_decay, second_share, rate, correction, epsilon;
};

/// m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g², w ← w − rate · m / (√v · correction + ε), number by number.
void kernel_adam(float *w, const float *g, float *m, float *v, size_t count, struct adam rule);

/// c = a b for a row a of `inner` numbers and a row-major b, (inner, columns); c += a b with `adding`.
void kernel_row_product(const float *a, size_t inner, const float *b, size_t columns, bool adding, float *c);

/// c = a bᵀ for a row a of `inner` numbers and a row-major b, (rows, inner); c += a bᵀ with `adding`.
void kernel_row_dots(const float *a, size_t inner, const float *b, size_t rows, bool adding, float *c);

/// target = sourceᵀ for a row-major source, (rows, columns); target += sourceᵀ with `adding`.
void kernel_transpose(const float *source, size_t rows, size_t columns, bool adding, float *target);

#endif
