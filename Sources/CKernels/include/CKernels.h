// Element-wise kernels over contiguous single-precision numbers, several lanes at a time.
//
// Swift compiles for the oldest processor of an architecture; these are compiled for the newer ones too, and the first
// call picks what the processor at hand can run. The vector functions are SLEEF's (at most 1 unit in the last place).

#ifndef CKERNELS_H
#define CKERNELS_H

#include <stddef.h>

/// values[i] = tanh(values[i])
void kernel_tanh(float *values, size_t count);

/// values[i] = 1 / (1 + exp(-values[i]))
void kernel_sigmoid(float *values, size_t count);

/// values[i] = exp(values[i] - shift); returns the sum of the results.
double kernel_exp(float *values, float shift, size_t count);

#endif
