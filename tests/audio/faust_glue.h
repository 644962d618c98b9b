/* What the C that FAUST makes (faust -lang c) expects of the file that includes it, FAUSTFLOAT being
 * defined there. */
#ifndef FAUST_GLUE_H
#define FAUST_GLUE_H

#define max(a, b) ((a) < (b) ? (b) : (a))
#define min(a, b) ((a) < (b) ? (a) : (b))

typedef struct {
    void *uiInterface;
    void (*openTabBox)(void *, const char *);
    void (*openHorizontalBox)(void *, const char *);
    void (*openVerticalBox)(void *, const char *);
    void (*closeBox)(void *);
    void (*addButton)(void *, const char *, FAUSTFLOAT *);
    void (*addCheckButton)(void *, const char *, FAUSTFLOAT *);
    void (*addVerticalSlider)(void *, const char *, FAUSTFLOAT *, FAUSTFLOAT, FAUSTFLOAT,
                              FAUSTFLOAT, FAUSTFLOAT);
    void (*addHorizontalSlider)(void *, const char *, FAUSTFLOAT *, FAUSTFLOAT, FAUSTFLOAT,
                                FAUSTFLOAT, FAUSTFLOAT);
    void (*addNumEntry)(void *, const char *, FAUSTFLOAT *, FAUSTFLOAT, FAUSTFLOAT, FAUSTFLOAT,
                        FAUSTFLOAT);
    void (*addHorizontalBargraph)(void *, const char *, FAUSTFLOAT *, FAUSTFLOAT, FAUSTFLOAT);
    void (*addVerticalBargraph)(void *, const char *, FAUSTFLOAT *, FAUSTFLOAT, FAUSTFLOAT);
    void (*addSoundfile)(void *, const char *, const char *, void **);
    void (*declare)(void *, FAUSTFLOAT *, const char *, const char *);
} UIGlue;

typedef struct {
    void *metaInterface;
    void (*declare)(void *, const char *, const char *);
} MetaGlue;

#endif
