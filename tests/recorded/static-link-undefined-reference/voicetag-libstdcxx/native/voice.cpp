#include <map>
#include <string>
extern "C" int voice_count(const char *s) {
  std::map<char, int> m;
  for (const char *p = s; *p; p++) m[*p]++;
  if (m.empty()) throw std::string("empty");
  return static_cast<int>(m.size());
}
