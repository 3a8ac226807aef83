#pragma once
#include <avro.h>

// Swift doesn't import the macros that call a value's methods.
static inline int laminar_avro_reset(avro_value_t *value) { return avro_value_reset(value); }
static inline int laminar_avro_boolean(const avro_value_t *value, int *out) { return avro_value_get_boolean(value, out); }
static inline int laminar_avro_int(const avro_value_t *value, int32_t *out) { return avro_value_get_int(value, out); }
static inline int laminar_avro_long(const avro_value_t *value, int64_t *out) { return avro_value_get_long(value, out); }
static inline int laminar_avro_float(const avro_value_t *value, float *out) { return avro_value_get_float(value, out); }
static inline int laminar_avro_double(const avro_value_t *value, double *out) { return avro_value_get_double(value, out); }
static inline int laminar_avro_bytes(const avro_value_t *value, const void **out, size_t *size) {
    return avro_value_get_bytes(value, out, size);
}
// The size counts the NUL after the text.
static inline int laminar_avro_string(const avro_value_t *value, const char **out, size_t *size) {
    return avro_value_get_string(value, out, size);
}
static inline int laminar_avro_fixed(const avro_value_t *value, const void **out, size_t *size) {
    return avro_value_get_fixed(value, out, size);
}
static inline int laminar_avro_enum(const avro_value_t *value, int *out) { return avro_value_get_enum(value, out); }
static inline int laminar_avro_size(const avro_value_t *value, size_t *out) { return avro_value_get_size(value, out); }
static inline int laminar_avro_child(const avro_value_t *value, size_t index, avro_value_t *child, const char **name) {
    return avro_value_get_by_index(value, index, child, name);
}
static inline int laminar_avro_discriminant(const avro_value_t *value, int *out) {
    return avro_value_get_discriminant(value, out);
}
static inline int laminar_avro_branch(const avro_value_t *value, avro_value_t *branch) {
    return avro_value_get_current_branch(value, branch);
}
static inline void laminar_avro_free_class(avro_value_iface_t *iface) { avro_value_iface_decref(iface); }
