// The parts of the training step that PyTorch would do in many passes over memory: norms, rotary embedding,
// causal softmax, gated unit, cross entropy, each fused. Activations (`act`) are bfloat16, or float with -DACT_IS_FLOAT.
// Called through ctypes by kernels.py, which owns every buffer. Sizes are in elements; all rows are contiguous.
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#ifdef ACT_IS_FLOAT
typedef float act;

static inline float to_float(act x) { return x; }
static inline act to_act(float x) { return x; }
#else
typedef uint16_t act;

static inline float to_float(act x) {
    union { uint32_t u; float f; } v = {(uint32_t)x << 16};
    return v.f;
}

static inline act to_act(float x) {
    union { float f; uint32_t u; } v = {x};
    return (act)((v.u + 0x7fff + ((v.u >> 16) & 1)) >> 16);
}
#endif

// y = x / rms(x) * w for each of n rows of d; keeps 1/rms for the way back.
void norm_forward(const float* x, const float* w, act* y, float* inverse, long n, long d, float eps) {
#pragma omp parallel for
    for (long i = 0; i < n; i++) {
        const float* row = x + i * d;
        float sum = 0;
        for (long j = 0; j < d; j++) sum += row[j] * row[j];
        const float r = 1 / sqrtf(sum / d + eps);
        inverse[i] = r;
        for (long j = 0; j < d; j++) y[i * d + j] = to_act(row[j] * r * w[j]);
    }
}

// Gradients of norm_forward; gw has two rows of d, one for each half of the batch, to be added by the caller.
void norm_backward(const float* x, const float* w, const float* inverse, const act* gy, float* gx, float* gw,
                   long n, long d) {
#pragma omp parallel for
    for (int half = 0; half < 2; half++) {
        float* sums = gw + half * d;
        for (long i = half * n / 2; i < (half + 1) * n / 2; i++) {
            const float* row = x + i * d;
            const act* g = gy + i * d;
            const float r = inverse[i];
            float dot = 0;
            for (long j = 0; j < d; j++) {
                const float gj = to_float(g[j]);
                dot += gj * w[j] * row[j];
                sums[j] += gj * row[j] * r;
            }
            dot *= r * r * r / d;
            for (long j = 0; j < d; j++) gx[i * d + j] = to_float(g[j]) * w[j] * r - row[j] * dot;
        }
    }
}

// Rows of 2m (gate, up) to rows of m: silu(gate) * up.
void gate_forward(const act* x, act* y, long n, long m) {
#pragma omp parallel for
    for (long i = 0; i < n; i++) {
        const act *gate = x + i * 2 * m, *up = gate + m;
        for (long j = 0; j < m; j++) {
            const float a = to_float(gate[j]);
            y[i * m + j] = to_act(a / (1 + expf(-a)) * to_float(up[j]));
        }
    }
}

void gate_backward(const act* x, const act* gy, act* gx, long n, long m) {
#pragma omp parallel for
    for (long i = 0; i < n; i++) {
        const act *gate = x + i * 2 * m, *up = gate + m, *g = gy + i * m;
        act* out = gx + i * 2 * m;
        for (long j = 0; j < m; j++) {
            const float a = to_float(gate[j]), s = 1 / (1 + expf(-a)), q = to_float(g[j]);
            out[j] = to_act(q * to_float(up[j]) * (s + a * s * (1 - s)));
            out[j + m] = to_act(q * a * s);
        }
    }
}

// Rotates pairs (2j, 2j+1) of one head; sign -1 turns back, which is also the gradient.
static inline void rotate(const act* from, act* to, const float* cosine, const float* sine, float sign, long d) {
    for (long j = 0; j < d / 2; j++) {
        const float a = to_float(from[2 * j]), b = to_float(from[2 * j + 1]), s = sign * sine[j];
        to[2 * j] = to_act(a * cosine[j] - b * s);
        to[2 * j + 1] = to_act(a * s + b * cosine[j]);
    }
}

// qkv [B,T,(H+2)D] (H query heads, one key, one value) <-> q [B,T,H,D], k and v [B,T,D]; rotary on q and k, by position [B,T].
void split_heads(act* qkv, act* q, act* k, act* v, const float* cosine, const float* sine, const int32_t* position,
                 long B, long T, long H, long D, int forward) {
#pragma omp parallel for
    for (long t = 0; t < B * T; t++) {
        act* row = qkv + t * (H + 2) * D;
        const long at = position[t] * (D / 2);
        for (long h = 0; h <= H; h++) {
            act* head = h < H ? q + (t * H + h) * D : k + t * D;
            if (forward) rotate(row + h * D, head, cosine + at, sine + at, 1, D);
            else rotate(head, row + h * D, cosine + at, sine + at, -1, D);
        }
        act *value = v + t * D, *last = row + (H + 1) * D;
        memcpy(forward ? value : last, forward ? last : value, D * sizeof(act));
    }
}

// Causal softmax in place: B matrices of scores of Q tokens (H rows each, one a head) for K tokens, the last Q of which
// are themselves.
void softmax_forward(act* scores, long B, long Q, long H, long K, float scale) {
#pragma omp parallel
    {
        float* e = malloc(K * sizeof(float));
#pragma omp for
        for (long i = 0; i < B * Q * H; i++) {
            act* row = scores + i * K;
            const long seen = K - Q + i / H % Q + 1;
            float top = -1e30f, sum = 0;
            for (long j = 0; j < seen; j++) top = fmaxf(top, to_float(row[j]));
            for (long j = 0; j < seen; j++) e[j] = expf((to_float(row[j]) - top) * scale);
            for (long j = 0; j < seen; j++) sum += e[j];
            const float share = 1 / sum;
            for (long j = 0; j < seen; j++) row[j] = to_act(e[j] * share);
            memset(row + seen, 0, (K - seen) * sizeof(act));
        }
        free(e);
    }
}

// From probabilities and their gradients, rows of K, to the gradients of the scores, in place. What is not seen has
// probability 0 and so no gradient.
void softmax_backward(const act* p, act* g, long rows, long K, float scale) {
#pragma omp parallel for
    for (long i = 0; i < rows; i++) {
        const act* probs = p + i * K;
        act* grads = g + i * K;
        float dot = 0;
        for (long j = 0; j < K; j++) dot += to_float(probs[j]) * to_float(grads[j]);
        for (long j = 0; j < K; j++) grads[j] = to_act(to_float(probs[j]) * (to_float(grads[j]) - dot) * scale);
    }
}

// Weighted cross entropy; the logits become their own gradient. hit: was the target the most likely token?
void cross_entropy(act* logits, const int64_t* target, const float* weight, float* loss, uint8_t* hit, long n,
                   long V) {
#pragma omp parallel for
    for (long i = 0; i < n; i++) {
        act* row = logits + i * V;
        float top = -1e30f, sum = 0;
        for (long j = 0; j < V; j++) top = fmaxf(top, to_float(row[j]));
        for (long j = 0; j < V; j++) sum += expf(to_float(row[j]) - top);
        const float wanted = to_float(row[target[i]]), share = weight[i] / sum;
        loss[i] = logf(sum) + top - wanted;
        hit[i] = wanted >= top;
        for (long j = 0; j < V; j++) row[j] = to_act(expf(to_float(row[j]) - top) * share);
        row[target[i]] = to_act(to_float(row[target[i]]) - weight[i]);
    }
}
