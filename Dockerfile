# Padrón's image: the program over .NET's runtime without shell, package manager or root.
# Its steps are run without Docker by tests/Integration.Tests/Containers/ImageTests.cs, which understands what stands here: keep to
# paths relative to WORKDIR in RUN, and to the JSON form of HEALTHCHECK, ENTRYPOINT and CMD.
#
# Microsoft publishes .NET's images in a registry of its own. DOTNET_IMAGES is that registry, or a mirror of yours, with the path up to "sdk" and
# "aspnet" and a slash at its end; .env hands it over. Which one is trusted is the operator's choice, so there is none here.
ARG DOTNET_IMAGES=dotnet-images-is-not-set.invalid/

FROM ${DOTNET_IMAGES}sdk:10.0-noble AS build
ENV DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
WORKDIR /source

# Packages change less often than code: this layer is kept as long as they don't.
COPY global.json Directory.Build.props Directory.Packages.props ./
COPY src/Domain/Domain.csproj src/Domain/packages.lock.json src/Domain/
COPY src/MartenExtensions/MartenExtensions.csproj src/MartenExtensions/packages.lock.json src/MartenExtensions/
COPY src/Projections/Projections.csproj src/Projections/packages.lock.json src/Projections/
COPY src/Application/Application.csproj src/Application/packages.lock.json src/Application/
COPY src/Adapters/Adapters.csproj src/Adapters/packages.lock.json src/Adapters/
COPY src/Api/Api.csproj src/Api/packages.lock.json src/Api/
RUN dotnet restore src/Api --locked-mode

COPY eng/BannedSymbols.txt eng/
COPY src src
RUN dotnet publish src/Api --no-restore --configuration Release --output app

# SQLite comes for thirty systems (55 MB). The image is of one.
RUN find app/runtimes -mindepth 1 -maxdepth 1 ! -name linux-x64 ! -name linux-arm64 -exec rm -r {} +
RUN mkdir data

# "extra" has ICU, which composes accents, and the time zones of America/Mexico_City; without them addresses and dates would be wrong in silence.
FROM ${DOTNET_IMAGES}aspnet:10.0-noble-chiseled-extra
WORKDIR /app
COPY --from=build /source/app ./
COPY --from=build --chown=$APP_UID:$APP_UID /source/data /var/lib/padron

# The runtime's image sets ports that padron does not listen on; diagnostics would want to write beside the program's root.
ENV PADRON_DATA_DIR=/var/lib/padron PADRON_LOG_FORMAT=json ASPNETCORE_HTTP_PORTS= DOTNET_EnableDiagnostics=0
USER $APP_UID
VOLUME /var/lib/padron
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 CMD ["dotnet", "/app/padron.dll", "health"]
ENTRYPOINT ["dotnet", "/app/padron.dll"]
CMD ["serve"]
