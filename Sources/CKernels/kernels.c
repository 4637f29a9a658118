// The kernels for each vector width that a processor may have, and the choice between them at run time.

#include "CKernels.h"
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>

#define WIDTH 4
#define VECTOR __m128
#define NAME(x) x##_sse2
#define SLEEF(f) Sleef_##f##4_u10sse2
#include "lanes.inc"

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define WIDTH 8
#define VECTOR __m256
#define NAME(x) x##_avx2
#define SLEEF(f) Sleef_##f##8_u10avx2
#include "lanes.inc"
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target("avx512f"))), apply_to = function)
#define WIDTH 16
#define VECTOR __m512
#define NAME(x) x##_avx512
#define SLEEF(f) Sleef_##f##16_u10avx512f
#include "lanes.inc"
#pragma clang attribute pop

#define DISPATCH(NAME, ...)                                                                      \
  if (__builtin_cpu_supports("avx512f")) return NAME##_avx512(__VA_ARGS__);                      \
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))                           \
    return NAME##_avx2(__VA_ARGS__);                                                             \
  return NAME##_sse2(__VA_ARGS__);

#elif defined(__aarch64__)
#include <arm_neon.h>

#define WIDTH 4
#define VECTOR float32x4_t
#define NAME(x) x##_neon
#define SLEEF(f) Sleef_##f##4_u10advsimd
#include "lanes.inc"

#define DISPATCH(NAME, ...) return NAME##_neon(__VA_ARGS__);
#endif

void kernel_tanh(float *values, size_t count) { DISPATCH(tanh, values, count) }
void kernel_sigmoid(float *values, size_t count) { DISPATCH(sigmoid, values, count) }
double kernel_exp(float *values, float shift, size_t count) { DISPATCH(exp, values, shift, count) }
