/* What faust2juce makes a JUCE project from: the FAUST of the program, and beside it the
 * certificate. The tool itself is run by frontend/plugins.c. */
#include "backends/backend.h"
#include "backends/bundle.h"

bool emit_juce(const struct emission *emission, struct sink *sink) {
    return bundle_emit(emission, sink, emit_faust) && bundle_emit(emission, sink, emit_certificate);
}
