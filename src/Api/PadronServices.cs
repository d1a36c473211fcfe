using Npgsql;
using Padron.Adapters.Backups;
using Padron.Adapters.Extractions;
using Padron.Adapters.Imports;
using Padron.Adapters.Machine;
using Padron.Adapters.Numbering;
using Padron.Adapters.Redis;
using Padron.Api.Configuration;
using Padron.Api.Serve;
using Padron.Application;
using Padron.Application.Availability;
using Padron.Application.Caching;
using Padron.Application.Contacts;
using Padron.Application.Extractions;
using Padron.Application.Idempotency;
using Padron.Application.Imports;
using Padron.Application.Imports.Phases;
using Padron.Application.Imports.Rollback;
using Padron.Application.Imports.Validation;
using Padron.Application.Imports.Watching;
using Padron.Application.Installation;
using Padron.Application.Numbering;
using Padron.Application.Search;
using Padron.Application.Segments;
using Padron.Domain.Contacts;
using Padron.MartenExtensions;
using Padron.MartenExtensions.Daemon;
using Padron.MartenExtensions.Queue;
using Padron.Projections;
using Padron.Projections.Rebuilds;

namespace Padron.Api;

/// <summary>The composition root: which classes the process is made of.</summary>
static class PadronServices
{
    /// <param name="services">Where they go.</param>
    /// <param name="dataSource">The register.</param>
    /// <param name="reserve">What imports leave free, unless it is the usual.</param>
    /// <param name="low">From how many contacts downward a selection runs low, unless it is the usual.</param>
    /// <param name="mostPoisonedStreams">How many streams of a projection may have a dead letter before it stops.</param>
    public static IServiceCollection AddPadron(
        this IServiceCollection services, NpgsqlDataSource dataSource, RoomReserve? reserve = null, LowAvailabilityThresholds? low = null,
        int mostPoisonedStreams = RegisterStore.MostPoisonedStreams) => services
        .AddSingleton(dataSource)
        .AddSingleton(ReadModels.With(mostPoisonedStreams))
        .AddSingleton(TimeProvider.System)
        .AddSingleton(PadronEvents.MessageTypes)
        .AddSingleton<DurableQueue>()
        .AddSingleton(provider => RegisterStore.SessionsOf(dataSource, provider.GetRequiredService<IReadOnlyList<SqlProjection>>()))
        .AddSingleton(provider => provider.GetRequiredService<EventSessions>().Store)
        .AddSingleton<Streams>()
        .AddSingleton<IdempotencyKeys>()
        .AddSingleton<CatchUp>()
        .AddSingleton<ProjectionStatuses>()
        .AddSingleton<ProjectionRebuild>()
        .AddSingleton<ProjectionHolds>()
        .AddSingleton<DeadLetters>()
        .AddSingleton<Installer>()
        .AddSingleton<NumberingPlanStore>()
        .AddSingleton<INumberingPlanFile, IftPlanFile>()
        .AddSingleton<LoadNumberingPlanHandler>()
        .AddSingleton<NumberingPlanVersions>()
        .AddSingleton<ReclassifyContactsHandler>()
        .AddSingleton<IContactSourceOpener, SqliteContactSourceOpener>()
        .AddSingleton<PremiumMunicipalities>()
        .AddSingleton<IMachine, LocalMachine>()
        .AddSingleton<ServerDisk>()
        .AddSingleton(reserve ?? RoomReserve.Default)
        .AddSingleton<RoomGuard>()
        .AddSingleton<ImportBoard>()
        .AddSingleton<ImportQueries>()
        .AddSingleton<ReferenceTables>()
        .AddSingleton<RestoreIncrementsHandler>()
        .AddSingleton<RegisterChecks>()
        .AddSingleton<SampleCheck>()
        .AddSingleton<ImportFigures>()
        .AddSingleton<ValidateImportHandler>()
        .AddSingleton<ContactSearch>()
        .AddSingleton<AvailabilityQueries>()
        .AddSingleton<AsOfPositions>()
        .AddSingleton<PlaceNames>()
        .AddSingleton(low ?? new())
        .AddSingleton<LowAvailability>()
        .AddSingleton<SegmentQueries>()
        .AddSingleton<SegmentHandler>()
        .AddSingleton<Audiences>()
        .AddSingleton<AvailabilityVersion>()
        .AddSingleton<AnswerCache>()
        .AddSingleton(CacheTimes.Default)
        .AddSingleton<CachedAvailability>()
        .AddSingleton<SelectionResolver>()
        .AddSingleton<ExtractionFileLimits>()
        .AddSingleton<IExtractionFileWriter, ExtractionFileWriter>()
        .AddSingleton<ProgressBoard>()
        .AddSingleton<Claim>()
        .AddSingleton<Release>()
        .AddSingleton<ExtractionDelivery>()
        .AddSingleton<ExtractContactsHandler>()
        .AddSingleton<CancelExtractionHandler>()
        .AddSingleton<ExtractionQueries>();

    /// <summary>What a process needs that folds projections: Marten's coordinator, beside those of other processes.</summary>
    public static IServiceCollection AddProjectionDaemon(this IServiceCollection services) => services
        .AddSingleton<ExactProjectionCoordinator>()
        .AddHostedService(provider => provider.GetRequiredService<ExactProjectionCoordinator>())
        .AddHostedService<LeaderWatch>()
        .AddSingleton<ProjectionMetrics>()
        .AddHostedService<ProjectionWatch>();

    /// <summary>What a process needs that works off the queue.</summary>
    /// <param name="services">Those of <see cref="AddPadron"/>.</param>
    /// <param name="spool">Where the files of extractions go.</param>
    /// <param name="settings">How much is done at a time, and for how long.</param>
    public static IServiceCollection AddWorkers(this IServiceCollection services, ExtractionSpool spool, PadronSettings settings) => services
        .AddSingleton(spool)
        .AddSingleton<ExpiredFiles>()
        .AddSingleton<RequestExtractionHandler>()
        .AddSingleton<RunExtractionHandler>()
        .AddSingleton(provider => new MessageHandlers(provider.GetRequiredService<MessageTypes>())
            .Add<RunExtraction>(provider.GetRequiredService<RunExtractionHandler>().HandleAsync, settings.Extractions.ForQueue()))
        .AddSingleton(provider => new QueueWorker(
            provider.GetRequiredService<EventSessions>(), provider.GetRequiredService<MessageHandlers>(), provider.GetRequiredService<TimeProvider>(),
            settings.Queue.ForWorker(), provider.GetService<ILogger<QueueWorker>>()));

    /// <summary>How long answers are kept, and the Redis where processes keep them together, if there is one; over what <see cref="AddPadron"/> has.</summary>
    public static IServiceCollection AddCache(this IServiceCollection services, CacheOptions settings, ContactKey key)
    {
        services.AddSingleton(settings.Times);
        return settings.Redis is { } redis
            ? services.AddSingleton<ISharedCache>(provider => new RedisCache(
                RedisCache.Parse(redis), $"{key.Fingerprint[..16]}:{PadronEvents.SchemaVersion}", provider.GetRequiredService<TimeProvider>(), provider.GetService<ILogger<RedisCache>>()))
            : services;
    }

    /// <summary>What needs the contact key: everything that goes from a number to its contact.</summary>
    public static IServiceCollection AddContacts(this IServiceCollection services, ContactKey key) => services
        .AddSingleton(key)
        .AddSingleton<ContactStreams>()
        .AddSingleton<ContactHistory>()
        .AddSingleton<GetContact>()
        .AddSingleton<RegisterContactHandler>()
        .AddSingleton<ImportContactsHandler>()
        .AddSingleton<RollbackImportHandler>()
        .AddSingleton<AbandonImportHandler>();

    /// <summary>What imports a file in phases; beside <see cref="AddContacts"/>.</summary>
    /// <param name="services">Those of <see cref="AddPadron"/>.</param>
    /// <param name="address">The database of the data source.</param>
    public static IServiceCollection AddImports(this IServiceCollection services, DatabaseAddress address) => services
        .AddSingleton(address)
        .AddSingleton<ISourceBackup, SqliteBackup>()
        .AddSingleton<IDatabaseBackup, PostgresDump>()
        .AddSingleton<PreparePhase>()
        .AddSingleton<SamplePhase>()
        .AddSingleton<FinishPhase>()
        .AddSingleton<ImportParts>()
        .AddSingleton<ImportProcess>();
}
