// SPDX-License-Identifier: Apache-2.0
// What may stand in the queue: any text is an event, or a reason why it is none.
#include "delivery/event.h"

#include "fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto event = delivery::parse_event(fuzz::text_of(data, size));
  if (!event) {
    fuzz::check(!event.error().word.empty() && !event.error().text.empty(), "what is no event has a reason");
    fuzz::check(event.error().text.size() < 1000, "a reason is short");
    return 0;
  }
  if (const auto* push = std::get_if<delivery::Push>(&*event)) {
    fuzz::check(!push->tag.empty() && push->repository.account.size() == 12, "a push names its tag and its account");
  } else if (const auto* look = std::get_if<delivery::Look>(&*event)) {
    const auto again = delivery::parse_event(delivery::look_message(look->services));
    fuzz::check(again && std::get<delivery::Look>(*again).services == look->services, "what is written is read again");
    const auto woken = delivery::parse_event(delivery::wake_up_message(look->services.front()));
    fuzz::check(woken && std::get<delivery::Look>(*woken).is_wake_up, "and so is a wake-up");
  }
  return 0;
}
