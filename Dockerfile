# One image for every Weir service: the command says which. Small layers change often, large ones seldom.
FROM eclipse-temurin:25-jdk AS build
WORKDIR /src
COPY . .
RUN ./mvnw -q -B -Dmaven.test.skip -DskipAnalysis -Dspotless.check.skip -pl all-in-one -am package \
 && mkdir -p /out/lib \
 && cp all-in-one/target/lib/*.jar /out/lib/ \
 && cp all-in-one/target/all-in-one-*.jar /out/lib/ \
 && cp weir deploy/image/ready /out/

FROM eclipse-temurin:25-jre
LABEL org.opencontainers.image.title="Weir" \
      org.opencontainers.image.description="A clustered HTTP proxy: forward, reverse, caching, filtering, audited" \
      org.opencontainers.image.licenses="Apache-2.0"
RUN groupadd --system --gid 10001 weir \
 && useradd --system --uid 10001 --gid weir --home-dir /opt/weir --shell /usr/sbin/nologin weir \
 && mkdir -p /opt/weir /etc/weir /run/weir /run/weir-edge /run/weir-redis /var/lib/weir \
 && chown weir:weir /run/weir /run/weir-edge /run/weir-redis /var/lib/weir
COPY --from=build /out/ /opt/weir/
# Starts everything once, so that the JVM keeps the classes that a start loads: half the work of each start.
RUN /opt/weir/weir rehearse || echo "no class archive: starts take longer"
HEALTHCHECK --interval=5s --timeout=5s --start-period=20s --retries=12 CMD ["/opt/weir/ready"]
USER 10001:10001
WORKDIR /var/lib/weir
ENTRYPOINT ["/opt/weir/weir"]
CMD ["run", "--state", "/var/lib/weir"]
