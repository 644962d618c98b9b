/* What to write in place of words that other languages have. */
#ifndef ADACC_FRONTEND_ELSEWHERE_H
#define ADACC_FRONTEND_ELSEWHERE_H

/* Null: nothing is known of the word. */
const char *elsewhere_help(const char *word);

#endif
