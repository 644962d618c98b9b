/* A net in the order in which a machine computes it (its owner completes this header). */
#ifndef ADACC_IR_SCHEDULE_H
#define ADACC_IR_SCHEDULE_H
struct schedule;
#endif
