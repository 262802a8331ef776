#include <string.h>

#include <criterion/criterion.h>

#include "emulator/core/service.h"
#include "emulator/model/validate.h"

/* A model in small: a name, a colour, a count, and a list of tags. */
struct tag {
    struct slice key;
};

struct input {
    struct slice name;
    struct slice colour;
    struct opt_i64 count;
    struct shape_list tags;
    struct slice secret;
};

static const struct shape name_shape = {
    .kind = SHAPE_STRING,
    .size = sizeof(struct slice),
    .has_min = true,
    .min = 3,
    .has_max = true,
    .max = 5,
    .pattern_text = SLICE_INIT("[a-c]+"),
    .class_pattern =
        &(const struct class_pattern){.bytes = {0, 0xEULL << 32}, .least = 1, .most = -1}
};
static const struct shape colour_shape = {
    .kind = SHAPE_STRING,
    .size = sizeof(struct slice),
    .enum_count = 2,
    .enums = (const struct slice[]){SLICE_INIT("RED"), SLICE_INIT("BLUE")}
};
static const struct shape count_shape = {.kind = SHAPE_INTEGER,
                                         .size = sizeof(struct opt_i64),
                                         .has_min = true,
                                         .min = 1,
                                         .has_max = true,
                                         .max = 9};
static const struct shape key_shape = {.kind = SHAPE_STRING,
                                       .size = sizeof(struct slice),
                                       .pattern_text = SLICE_INIT("x|yz"),
                                       .posix_pattern = "^(x|yz)$"};
static const struct shape secret_shape = {.kind = SHAPE_STRING,
                                          .size = sizeof(struct slice),
                                          .has_max = true,
                                          .max = 3,
                                          .sensitive = true};
static const struct shape tag_shape = {
    .kind = SHAPE_STRUCTURE,
    .size = sizeof(struct tag),
    .member_count = 1,
    .members = (const struct member[]){
        {SLICE_INIT("Key"), SLICE_INIT("Key"), &key_shape, offsetof(struct tag, key), true}}};
static const struct shape tags_shape = {.kind = SHAPE_LIST,
                                        .size = sizeof(struct shape_list),
                                        .element = &tag_shape,
                                        .has_max = true,
                                        .max = 2};
static const struct shape input_shape = {
    .kind = SHAPE_STRUCTURE,
    .size = sizeof(struct input),
    .member_count = 5,
    .members = (const struct member[]){
                                       {SLICE_INIT("Name"), SLICE_INIT("Name"), &name_shape, offsetof(struct input, name), true},
                                       {SLICE_INIT("Colour"), SLICE_INIT("Colour"), &colour_shape, offsetof(struct input, colour),
         false},
                                       {SLICE_INIT("Count"), SLICE_INIT("Count"), &count_shape, offsetof(struct input, count),
         false},
                                       {SLICE_INIT("Tags"), SLICE_INIT("Tags"), &tags_shape, offsetof(struct input, tags), false},
                                       {SLICE_INIT("Secret"), SLICE_INIT("Secret"), &secret_shape, offsetof(struct input, secret),
         false}}
};

/* The words that the input is refused with; "" when it is accepted. */
static const char *refusal(const struct input *input, struct arena *arena)
{
    static const struct service service = {.message_member = "message"};
    static const struct operation operation = {.kind = OPERATION_PLAIN};
    struct call call = {.arena = arena, .service = &service, .operation = &operation};
    struct err e = validate_input(&call, &input_shape, input);
    cr_expect_eq(failed(e), e.info == &FAULT_VALIDATION.info);
    return failed(e) ? call.fault_message.ptr : "";
}

static void expect_refusal(const struct input *input, const char *words)
{
    struct arena arena = {0};
    cr_expect_str_eq(refusal(input, &arena), words);
    arena_done(&arena);
}

Test(validate, accepts_what_the_model_allows)
{
    struct tag tags[2] = {{SLICE("x")}, {SLICE("yz")}};
    expect_refusal(
        &(struct input){
            .name = SLICE("abc"),
            .colour = SLICE("RED"),
            .count = SET_I64(9),
            .tags = {tags, 2, true},
            .secret = SLICE("123")
    },
        "");
    expect_refusal(&(struct input){.name = SLICE("abcab")}, "");
}

Test(validate, tells_every_breach_in_the_models_order)
{
    expect_refusal(&(struct input){.colour = SLICE("GREEN"), .count = SET_I64(10)},
                   "3 validation errors detected: Value null at 'name' failed to satisfy "
                   "constraint: Member must not be null; Value 'GREEN' at 'colour' failed to "
                   "satisfy constraint: Member must satisfy enum value set: [RED, BLUE]; Value "
                   "'10' at 'count' failed to satisfy constraint: Member must have value less than "
                   "or equal to 9");
}

Test(validate, tells_length_and_pattern_of_one_value)
{
    expect_refusal(&(struct input){.name = SLICE("ad")},
                   "2 validation errors detected: Value 'ad' at 'name' failed to satisfy "
                   "constraint: Member must satisfy regular expression pattern: [a-c]+; Value 'ad' "
                   "at 'name' failed to satisfy constraint: Member must have length greater than "
                   "or equal to 3");
    expect_refusal(&(struct input){.name = SLICE("abcabc")},
                   "1 validation error detected: Value 'abcabc' at 'name' failed to satisfy "
                   "constraint: Member must have length less than or equal to 5");
}

Test(validate, shows_the_beginning_of_a_long_value)
{
    struct arena arena = {0};
    char text[40000];
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = i % 2 ? '\xA9' : '\xC3'; /* so many times "\u00e9": one would be cut in two */
    struct input input = {
        .name = {text + 1, sizeof text - 1}
    };
    const char *words = refusal(&input, &arena);
    size_t shown = strspn(words + strlen("2 validation errors detected: Value '"), "\xC3\xA9");
    cr_expect_eq(shown, 4095);
    cr_expect_not_null(strstr(words, "less than or equal to 5"));
    arena_done(&arena);
}

Test(validate, names_the_place_in_a_list)
{
    struct tag tags[2] = {{SLICE("x")}, {SLICE("y")}};
    expect_refusal(
        &(struct input){
            .name = SLICE("abc"), .tags = {tags, 2, true}
    },
        "1 validation error detected: Value 'y' at 'tags.2.member.key' failed to "
        "satisfy constraint: Member must satisfy regular expression pattern: x|yz");
}

Test(validate, never_repeats_a_sensitive_value)
{
    expect_refusal(&(struct input){.name = SLICE("abc"), .secret = SLICE("hunter2")},
                   "1 validation error detected: Value at 'secret' failed to satisfy constraint: "
                   "Member must have length less than or equal to 3");
}

static const struct fault wrong = {
    .info = {"Wrong", "wrong", 400}
};
static const struct fault missing = {
    .info = {"Missing", "missing", 400}
};
static const struct fault only = {
    .info = {"Only", "only", 400}
};

/* A service that tells breaches as parameters, with a code of their own for missing ones. */
static void expect_told(const struct input *input, const struct fault *of_operation,
                        const struct fault *fault, const char *words)
{
    static const struct service service = {.validation_fault = &wrong,
                                           .missing_fault = &missing,
                                           .parameter_words = true,
                                           .message_member = "message"};
    struct operation operation = {.kind = OPERATION_PLAIN, .validation_fault = of_operation};
    struct arena arena = {0};
    struct call call = {.arena = &arena, .service = &service, .operation = &operation};
    struct err e = validate_input(&call, &input_shape, input);
    cr_expect_eq(e.info, &fault->info);
    cr_expect_str_eq(call.fault_message.ptr, words);
    arena_done(&arena);
}

Test(validate, tells_parameters_a_line_a_breach)
{
    struct tag tags[3] = {{SLICE("x")}, {SLICE("y")}, {SLICE("x")}};
    expect_told(
        &(struct input){
            .name = SLICE("ad"),
            .colour = SLICE("GREEN"),
            .count = SET_I64(0),
            .tags = {tags, 3, true}
    },
        NULL, &wrong,
        "The value ad for parameter Name is not matching the expected pattern [a-c]+.\n"
        "The parameter Name must be longer than 2 characters.\n"
        "The parameter Colour must be a value in the set [ RED, BLUE ].\n"
        "The parameter Count must be greater than or equal to 1.\n"
        "The collection Tags must not have a size greater than 2.\n"
        "The value y for parameter Tags.member.2.Key is not matching the expected pattern x|yz.");
    expect_told(&(struct input){.name = SLICE("abcabc"), .count = SET_I64(10)}, NULL, &wrong,
                "The parameter Name must be shorter than 6 characters.\n"
                "The parameter Count must be less than or equal to 9.");
}

Test(validate, gives_a_missing_member_its_own_fault_when_it_comes_first)
{
    struct tag nameless[1] = {{SLICE_NONE}};
    expect_told(&(struct input){0}, NULL, &missing, "The parameter Name is required.");
    expect_told(
        &(struct input){
            .name = SLICE("abc"), .tags = {nameless, 1, true}
    },
        NULL, &missing, "The parameter Tags.member.1.Key is required.");
    expect_told(
        &(struct input){
            .name = SLICE("ABC"), .tags = {nameless, 1, true}
    },
        NULL, &wrong,
        "The value ABC for parameter Name is not matching the expected pattern [a-c]+.\n"
        "The parameter Tags.member.1.Key is required.");
}

Test(validate, gives_an_operation_its_own_fault_for_everything)
{
    expect_told(&(struct input){0}, &only, &only, "The parameter Name is required.");
}
