#pragma once

#include "usage/score.h"

namespace harden {

// What one term says, for people.
std::string sentence_about(const Term& term);
// Of the terms that say what a container is, rather than what it uses.
int points_of_evidence(const Judgement& judgement);

std::string length_in_words(double seconds); // "5.1 minutes"
std::string bytes_in_words(double bytes);    // "12 MB"

}
