// What was running in the background when the server last stopped has failed: nobody makes it any more. Its
// reader is told so, by the reply and by one more event.
#pragma once

#include "base/log.h"
#include "store/responses.h"

namespace trilogue::serve {

// At the start, before anybody is served. Waits for the store.
void end_interrupted(store::Responses& store, const base::Log& log);

}  // namespace trilogue::serve
