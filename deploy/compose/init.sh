#!/bin/sh
# Makes what must be secret, once: certificates, keys and tokens of Weir, and the password of its Redis user.
set -eu
umask 077
/opt/weir/weir init /run/weir
if [ ! -s /run/weir/redis-cache ]; then
  head -c 24 /dev/urandom | od -An -tx1 | tr -d ' \n' > /run/weir/redis-cache
fi
# An edge needs to join the bus and to check revisions, no more.
mkdir -p /run/weir-edge/bus
cp /run/weir/revision.pub /run/weir-edge/
cp /run/weir/bus/ca.crt /run/weir/bus/node.crt /run/weir/bus/node.key /run/weir-edge/bus/
# Redis reads its users from a volume that nobody but Redis mounts; it runs as another user than Weir.
umask 022
printf 'user default off\nuser cache on >%s ~weir:* &* +@all -@dangerous +info +config|get +flushdb\n' \
  "$(cat /run/weir/redis-cache)" > /run/weir-redis/users.acl
