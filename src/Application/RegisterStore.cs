using JasperFx;
using JasperFx.Events.Projections;
using Marten;
using Npgsql;
using Padron.Domain;
using Padron.MartenExtensions;
using Padron.MartenExtensions.Daemon;
using Padron.Projections;

namespace Padron.Application;

/// <summary>The register as a Marten store.</summary>
public static class RegisterStore
{
    /// <summary>Indexes on Marten's tables that are ours: its migrations would drop what they don't know.</summary>
    static readonly string[] OwnIndexes =
        ["mt_events_of_work", "mt_events_of_validations", "mt_events_of_phases", "mt_events_of_abandonments", "mt_events_of_segments"];

    /// <summary>How many streams of a projection may have a dead letter, unless a setting says otherwise.</summary>
    public const int MostPoisonedStreams = 100;

    /// <param name="dataSource">Its database; stays the caller's.</param>
    /// <param name="projections">What its daemon runs: of no other store.</param>
    /// <param name="create">What the store may change in the schema: nothing, unless it is opened to upgrade it.</param>
    /// <exception cref="InvalidOperationException">A setting that these extensions rest on is not as they need it.</exception>
    public static DocumentStore Open(NpgsqlDataSource dataSource, IReadOnlyList<SqlProjection> projections, AutoCreate create = AutoCreate.None)
    {
        var store = DocumentStore.For(options =>
        {
            Configure(options, projections);
            options.Connection(dataSource);
            options.AutoCreateSchemaObjects = create;
        });
        MartenSettings.Require(store);
        return store;
    }

    /// <summary>Sessions of the register; its store is built when the first one is opened.</summary>
    public static EventSessions SessionsOf(NpgsqlDataSource dataSource, IReadOnlyList<SqlProjection>? projections = null) =>
        new(dataSource, new Lazy<IDocumentStore>(() => Open(dataSource, projections ?? ReadModels.With(MostPoisonedStreams))));

    /// <summary>Settings, events and projections of the register; the connection is the caller's to set.</summary>
    public static void Configure(StoreOptions options, IReadOnlyList<SqlProjection> projections)
    {
        MartenSettings.ApplyTo(options, EventJson.Default.Options);
        options.Events.AddEventTypes(EventJson.EventClasses);
        foreach (var index in OwnIndexes)
            options.Events.IgnoreIndex(index);
        foreach (var projection in projections)
            options.Projections.Add(projection, ProjectionLifecycle.Async);
    }
}
