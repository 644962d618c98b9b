#include "backends/backend.h"

const struct backend backends[] = {
    {"faust", "FAUST", emit_faust, ".dsp", NEEDS_NET},
    {"c", "C99, freestanding: .c and .h", emit_c, ".c", NEEDS_NET | NEEDS_SCHEDULE},
    {"cert", "the certificate, as JSON", emit_certificate, ".cert.json", NEEDS_NET | NEEDS_CERT},
    {"json", "ADAC's IR; reads back as the same graph", emit_json, ".json", 0},
    {"adg", "source: formatted from .adg, decompiled from JSON", emit_adg, ".adg", NEEDS_SOURCE},
    {"ir.wav", "the impulse responses, one float WAV of in x out channels", emit_ir_wav, ".ir.wav",
     NEEDS_NET},
    {"ir.f64", "the impulse responses, little-endian float64, [in][out][time]", emit_ir_f64,
     ".ir.f64", NEEDS_NET},
    {"ir.csv", "the impulse responses, one column a pair of inlet and outlet", emit_ir_csv,
     ".ir.csv", NEEDS_NET},
    {"wav", "the sound given as --input, processed", emit_wav, ".wav", NEEDS_NET},
    {"lv2", "an LV2 bundle: Turtle, C, and the plugin built", emit_lv2, ".lv2/",
     NEEDS_NET | NEEDS_SCHEDULE | NEEDS_PROOF},
    {"juce", "a JUCE project, by faust2juce, for VST3, AU and standalone", emit_juce, ".juce/",
     NEEDS_NET | NEEDS_CERT | NEEDS_PROOF},
};
const size_t backend_count = sizeof backends / sizeof *backends;

bool sink_put_text(struct sink *sink, const char *extension, const struct text *text) {
    FILE *file = sink->open(sink, extension);
    if (!file) return false;
    if (text->length) fwrite(text->at, 1, text->length, file);
    return true;
}
