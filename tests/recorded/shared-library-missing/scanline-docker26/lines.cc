#include <string>
#include <sstream>
extern "C" int count_lines(const char *text) {
  std::istringstream in{std::string(text)};
  std::string line;
  int n = 0;
  while (std::getline(in, line)) n++;
  return n;
}
