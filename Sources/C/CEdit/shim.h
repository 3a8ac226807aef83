#pragma once
#include <histedit.h>
#include <wchar.h>

// el_set, el_get and history take variable arguments, which Swift can't pass.

static inline int laminar_el_set_client(EditLine *editor, void *client) {
    return el_set(editor, EL_CLIENTDATA, client);
}

static inline void *laminar_el_client(EditLine *editor) {
    void *client = NULL;
    el_get(editor, EL_CLIENTDATA, &client);
    return client;
}

static inline int laminar_el_set_prompt(EditLine *editor, char *(*prompt)(EditLine *)) {
    return el_set(editor, EL_PROMPT, prompt);
}

static inline int laminar_el_set_read(EditLine *editor, int (*read)(EditLine *, wchar_t *)) {
    return el_wset(editor, EL_GETCFN, read);
}

static inline int laminar_el_add_command(
    EditLine *editor, const char *name, const char *help, unsigned char (*command)(EditLine *, int)) {
    return el_set(editor, EL_ADDFN, name, help, command);
}

static inline int laminar_el_bind(EditLine *editor, const char *keys, const char *command) {
    return el_set(editor, EL_BIND, keys, command, NULL);
}

static inline int laminar_el_use_emacs_keys(EditLine *editor) { return el_set(editor, EL_EDITOR, "emacs"); }

static inline int laminar_el_use_history(EditLine *editor, History *past) {
    return el_set(editor, EL_HIST, history, past);
}

static inline int laminar_history_limit(History *past, int count) {
    HistEvent event;
    int result = history(past, &event, H_SETSIZE, count);
    history(past, &event, H_SETUNIQUE, 1);
    return result;
}

static inline int laminar_history_enter(History *past, const char *line) {
    HistEvent event;
    return history(past, &event, H_ENTER, line);
}

static inline int laminar_history_load(History *past, const char *path) {
    HistEvent event;
    return history(past, &event, H_LOAD, path);
}

static inline int laminar_history_save(History *past, const char *path) {
    HistEvent event;
    return history(past, &event, H_SAVE, path);
}
