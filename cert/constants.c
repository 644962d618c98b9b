#include "cert/constants.h"

#include <float.h>
#include <math.h>
#include <sha2.h>
#include <string.h>

#include "ir/noise.h"

double constant_of(struct operand operand, bool single) {
    double value = operand.value;
    if (!single) return value;
    /* Beyond the greatest float by half a unit of its last place a conversion overflows, which
     * C leaves open. */
    if (fabs(value) >= FLT_MAX * (1 + 0x1p-25)) return copysign(INFINITY, value);
    return (double)(float)value;
}

void constants_of_section(const struct cell *cell, bool single, double values[5]) {
    double section[5];
    for (int k = 0; k < 5; k++) section[k] = cell->operands[k].value;
    if (cell->form != SECTION_DIRECT && section_form_values(cell->form, section, single, values))
        return;
    for (int k = 0; k < 5; k++) values[k] = constant_of(cell->operands[k], single);
}

uint64_t constant_delay(const struct cell *cell) {
    double samples = nearbyint(cell->operands[0].value);
    if (!(samples > cell->least_delay)) return cell->least_delay;
    return (uint64_t)samples;
}

/* Little-endian, whatever the machine. */
static void add_integer(SHA2_CTX *hash, uint64_t value) {
    uint8_t bytes[8];
    for (int i = 0; i < 8; i++) bytes[i] = (uint8_t)(value >> 8 * i);
    SHA256Update(hash, bytes, sizeof bytes);
}

static void add_number(SHA2_CTX *hash, double value) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    add_integer(hash, bits);
}

static void end(SHA2_CTX *hash, char out[CONSTANTS_HASH_SIZE]) {
    static const char digits[] = "0123456789abcdef";
    uint8_t digest[SHA256_DIGEST_LENGTH];
    SHA256Final(digest, hash);
    for (int i = 0; i < SHA256_DIGEST_LENGTH; i++) {
        out[2 * i] = digits[digest[i] >> 4];
        out[2 * i + 1] = digits[digest[i] & 15];
    }
    out[2 * SHA256_DIGEST_LENGTH] = 0;
}

void constants_hash(const struct net *net, bool single, char out[CONSTANTS_HASH_SIZE]) {
    SHA2_CTX hash;
    SHA256Init(&hash);
    add_number(&hash, net->rate);
    add_integer(&hash, single);
    add_integer(&hash, net->cell_count);
    for (wire w = 0; w < net->cell_count; w++) {
        const struct cell *cell = &net->cells[w];
        const char *op = cell_infos[cell->op].text;
        SHA256Update(&hash, (const uint8_t *)op, strlen(op));
        add_integer(&hash, cell->count);
        for (uint32_t i = 0; i < cell->count; i++) add_integer(&hash, cell->from[i]);
        add_integer(&hash, cell->operand_count);
        bool delay = cell->op == CELL_DELAY;
        if (delay) add_integer(&hash, constant_delay(cell));
        if (cell->op == CELL_SECTION) {
            double values[5];
            constants_of_section(cell, single, values);
            for (int k = 0; k < 5; k++) add_number(&hash, values[k]);
            continue;
        }
        for (uint32_t i = 0; i < cell->operand_count && !delay; i++)
            add_number(&hash, constant_of(cell->operands[i], single));
    }
    end(&hash, out);
}

void hash_of_text(const char *chars, size_t length, char out[CONSTANTS_HASH_SIZE]) {
    SHA2_CTX hash;
    SHA256Init(&hash);
    SHA256Update(&hash, (const uint8_t *)chars, length);
    end(&hash, out);
}
