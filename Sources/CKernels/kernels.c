// The kernels for each vector width that a processor may have, and the choice between them at run time.

#include "CKernels.h"
#include <limits.h>
#include <math.h>
#include <string.h>

/// Four lanes in the compiler's own notation: the same on every processor.
typedef float FOUR __attribute__((ext_vector_type(4)));

/// Turns rows into columns.
static inline void turn(FOUR tile[4]) {
  const FOUR a = tile[0], b = tile[1], c = tile[2], d = tile[3];
  const FOUR ab_low = __builtin_shufflevector(a, b, 0, 4, 1, 5), ab_high = __builtin_shufflevector(a, b, 2, 6, 3, 7);
  const FOUR cd_low = __builtin_shufflevector(c, d, 0, 4, 1, 5), cd_high = __builtin_shufflevector(c, d, 2, 6, 3, 7);
  tile[0] = __builtin_shufflevector(ab_low, cd_low, 0, 1, 4, 5);
  tile[1] = __builtin_shufflevector(ab_low, cd_low, 2, 3, 6, 7);
  tile[2] = __builtin_shufflevector(ab_high, cd_high, 0, 1, 4, 5);
  tile[3] = __builtin_shufflevector(ab_high, cd_high, 2, 3, 6, 7);
}

/// The widest vectors that this thread takes.
static _Thread_local int widest = INT_MAX;

#define TEXT(x) QUOTED(x)
#define QUOTED(x) #x

#if defined(__x86_64__)
#include <immintrin.h>

#define WIDTH 4
#define SUMS 8
#define VECTOR __m128
#define NAME(x) x##_sse2
#define SLEEF(f, accuracy) Sleef_##f##4_##accuracy##sse2
#include "lanes.inc"

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define WIDTH 8
#define SUMS 8
#define VECTOR __m256
#define NAME(x) x##_avx2
#define SLEEF(f, accuracy) Sleef_##f##8_##accuracy##avx2
#define LOAD "vmovups (%rdi), %ymm0"
#include "lanes.inc"
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target("avx512f"))), apply_to = function)
#define WIDTH 16
#define SUMS 24
#define VECTOR __m512
#define NAME(x) x##_avx512
#define SLEEF(f, accuracy) Sleef_##f##16_##accuracy##avx512f
#define LOAD "vmovups (%rdi), %zmm0"
#include "lanes.inc"
#pragma clang attribute pop

#define DISPATCH(NAME, ...)                                                                                \
  if (widest >= 16 && __builtin_cpu_supports("avx512f")) return NAME##_avx512(__VA_ARGS__);                \
  if (widest >= 8 && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))                      \
    return NAME##_avx2(__VA_ARGS__);                                                                       \
  return NAME##_sse2(__VA_ARGS__);

#elif defined(__aarch64__)
#include <arm_neon.h>

#define WIDTH 4
#define SUMS 8
#define VECTOR float32x4_t
#define NAME(x) x##_neon
#define SLEEF(f, accuracy) Sleef_##f##4_##accuracy##advsimd
#include "lanes.inc"

#define DISPATCH(NAME, ...) return NAME##_neon(__VA_ARGS__);
#endif

void kernels_use_at_most(int lanes) { widest = lanes; }

bool kernel_flush_subnormals(bool flush) {
#if defined(__x86_64__)
  // "Flush to zero" for results, "denormals are zero" for operands.
  const unsigned bits = _MM_FLUSH_ZERO_ON | 0x0040, before = _mm_getcsr();
  _mm_setcsr(flush ? before | bits : before & ~bits);
#elif defined(__aarch64__)
  const unsigned long bits = 1ul << 24;
  unsigned long before;
  __asm__ volatile("mrs %0, fpcr" : "=r"(before));
  __asm__ volatile("msr fpcr, %0" : : "r"(flush ? before | bits : before & ~bits));
#endif
  return before & bits;
}

void kernel_tanh(float *values, size_t count) { DISPATCH(tanh, values, count) }
void kernel_sigmoid(float *values, size_t count) { DISPATCH(sigmoid, values, count) }
double kernel_exp(float *values, float shift, size_t count) { DISPATCH(exp, values, shift, count) }

void kernel_row_product(
    const float *a, size_t inner, const float *b, size_t stride, size_t columns, bool adding, float *c) {
  DISPATCH(row_product, a, inner, b, stride, columns, adding, c)
}

void kernel_row_dots(
    const float *a, size_t inner, const float *b, size_t stride, size_t rows, bool adding, float *c) {
  DISPATCH(row_dots, a, inner, b, stride, rows, adding, c)
}

void kernel_relu(float *values, size_t count) { DISPATCH(relu, values, count) }

void kernel_relu_backward(const float *upstream, const float *output, float *gradient, size_t count) {
  DISPATCH(relu_backward, upstream, output, gradient, count)
}

double kernel_sum_of_squares(const float *values, size_t count) { DISPATCH(sum_of_squares, values, count) }

void kernel_adam(float *w, const float *g, float *m, float *v, size_t count, struct adam rule) {
  DISPATCH(adam, w, g, m, v, count, rule)
}

void kernel_lstm_forward(
    size_t rows, size_t n, float *gates, const float *c_before, float *c, float *tanh_c, float *a) {
  DISPATCH(lstm_forward, rows, n, gates, c_before, c, tanh_c, a)
}

void kernel_lstm_backward(
    size_t rows, size_t n, const float *gates, const float *c_before, const float *tanh_c, const float *da, float *dc,
    float *dc_before, float *d_gates) {
  DISPATCH(lstm_backward, rows, n, gates, c_before, tanh_c, da, dc, dc_before, d_gates)
}

void kernel_gru_forward(
    size_t rows, size_t n, float *gates, float *recurrent, const float *bias, const float *c_before, float *c) {
  DISPATCH(gru_forward, rows, n, gates, recurrent, bias, c_before, c)
}

void kernel_gru_backward(
    size_t rows, size_t n, const float *gates, const float *recurrent, const float *c_before, const float *dc,
    float *dc_before, float *d_gates, float *d_recurrent) {
  DISPATCH(gru_backward, rows, n, gates, recurrent, c_before, dc, dc_before, d_gates, d_recurrent)
}

/// Transposes 4 × 4 numbers.
static void transpose_tile(const float *source, size_t columns, size_t rows, bool adding, float *target) {
  FOUR tile[4];
  for (int k = 0; k < 4; ++k) memcpy(&tile[k], source + k * columns, sizeof(FOUR));
  turn(tile);
  for (int k = 0; k < 4; ++k) {
    FOUR before = 0;
    if (adding) memcpy(&before, target + k * rows, sizeof before);
    before += tile[k];
    memcpy(target + k * rows, &before, sizeof before);
  }
}

void kernel_transpose(const float *source, size_t rows, size_t columns, bool adding, float *target) {
  // Strips of columns: each fills a few rows of the target from end to end. More of them fall on the same lines of a
  // cache where the rows are a power of two long.
  const size_t strip = 8;
  for (size_t first = 0; first < columns; first += strip) {
    const size_t last = first + strip < columns ? first + strip : columns;
    for (size_t i = 0; i < rows; i += 4) {
      size_t j = first;
      if (i + 4 <= rows)
        for (; j + 4 <= last; j += 4)
          transpose_tile(source + i * columns + j, columns, rows, adding, target + j * rows + i);
      for (; j < last; ++j)
        for (size_t k = i; k < rows && k < i + 4; ++k)
          target[j * rows + k] = source[k * columns + j] + (adding ? target[j * rows + k] : 0);
    }
  }
}
