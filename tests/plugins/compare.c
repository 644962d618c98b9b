/* Whether one sound begins as another does: compare A B TOLERANCE, of B's peak. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "backends/wav_file.h"
#include "ir/base/arena.h"

int main(int argc, char **argv) {
    if (argc != 4) return 2;
    struct arena arena;
    struct diags diags;
    arena_init(&arena, NULL, 0);
    diags_init(&diags, &arena);
    struct sound_reader *a = sound_read(&arena, &diags, argv[1]),
                        *b = sound_read(&arena, &diags, argv[2]);
    if (!a || !b || sound_channels(a) != sound_channels(b) || sound_rate(a) != sound_rate(b))
        return puts("not two sounds of one form"), 2;
    enum { BLOCK = 1024, CHANNELS_MAX = 16 };
    double *x = ARENA_ARRAY(&arena, BLOCK * CHANNELS_MAX, double),
           *y = ARENA_ARRAY(&arena, BLOCK * CHANNELS_MAX, double);
    uint32_t channels = sound_channels(a);
    if (channels > CHANNELS_MAX) return puts("too many channels"), 2;
    double peak = 0, off = 0;
    size_t frames = 0;
    for (size_t got; (got = sound_get(a, x, BLOCK)) > 0; frames += got) {
        if (sound_get(b, y, got) != got) return puts("the second is shorter"), 1;
        for (size_t i = 0; i < got * channels; i++) {
            peak = fmax(peak, fabs(y[i]));
            off = fmax(off, fabs(x[i] - y[i]));
        }
    }
    printf("%zu frames, off by %.3g of a peak of %.3g\n", frames, off, peak);
    arena_free(&arena);
    return !(frames > 0 && peak > 0 && off <= atof(argv[3]) * peak);
}
