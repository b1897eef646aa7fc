// SPDX-License-Identifier: Apache-2.0
// The least that a Lambda function in C does until it waits for its first event: what glibc, a socket and the kernel take. Not fit
// for use.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int main(void) {
  const char* address = getenv("AWS_LAMBDA_RUNTIME_API");
  const char* colon = address ? strchr(address, ':') : NULL;
  if (!colon) return 1;
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(colon + 1))};
  char host[64] = {0};
  memcpy(host, address, (size_t)(colon - address) < sizeof host ? (size_t)(colon - address) : sizeof host - 1);
  const int socket_fd = socket(AF_INET, SOCK_STREAM, 0);
  if (inet_pton(AF_INET, host, &to.sin_addr) != 1 || connect(socket_fd, (struct sockaddr*)&to, sizeof to) != 0) return 1;
  char request[256];
  const int size = snprintf(request, sizeof request, "GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: %s\r\n\r\n", address);
  if (write(socket_fd, request, (size_t)size) != size) return 1;
  return read(socket_fd, request, sizeof request) < 0;
}
