/* Finding an operation by its name. */
#include "emulator/core/service.h"

const struct operation *service_find_operation(const struct service_model *model, struct slice name)
{
    size_t low = 0;
    size_t high = model->operation_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = slice_compare(name, model->operations[middle].name);
        if (order == 0)
            return &model->operations[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}
