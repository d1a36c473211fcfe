using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using JasperFx;
using JasperFx.Events;
using JasperFx.Events.Daemon;
using Marten;
using Weasel.Core;

namespace Padron.MartenExtensions;

/// <summary>The settings of a Marten store that these extensions rest on.</summary>
public static class MartenSettings
{
    /// <summary>Schema of the event store's tables and functions; the SQL of these extensions names it.</summary>
    public const string Schema = "events";

    static readonly ConditionalWeakTable<StoreOptions, JsonSerializerOptions> Json = [];

    /// <summary>Sets them: Guid streams, single tenancy, all metadata, appends in one round trip with the server's time.</summary>
    /// <param name="options">Of the store.</param>
    /// <param name="json">How events are written: source-generated metadata of every event class.</param>
    public static void ApplyTo(StoreOptions options, JsonSerializerOptions json)
    {
        Json.AddOrUpdate(options, json);

        // Marten's own documents and headers have no generated metadata.
        var all = new JsonSerializerOptions(json) { TypeInfoResolver = JsonTypeInfoResolver.Combine(json.TypeInfoResolver, new DefaultJsonTypeInfoResolver()) };
        options.UseSystemTextJsonForSerialization(all, EnumStorage.AsString, Casing.CamelCase);
        options.DatabaseSchemaName = Schema;
        options.Events.DatabaseSchemaName = Schema;
        options.Events.StreamIdentity = StreamIdentity.AsGuid;
        options.Events.MetadataConfig.EnableAll();
        options.Events.MetadataConfig.UserNameEnabled = true;

        // The default, Rich, draws positions before its transaction: an async projection may pass by one whose event is still to come. Quick stamps events
        // with the wrong time where the server's time zone is not UTC.
        options.Events.AppendMode = EventAppendMode.QuickWithServerTimestamps;

        // The loser of a race waits and learns of it before it draws a position, so that it burns none.
        options.Events.UseExclusiveLockOnConcurrentAppends = true;
        options.Events.EnableExtendedProgressionTracking = true;
        options.AutoCreateSchemaObjects = AutoCreate.None; // whoever upgrades the register sets it

        // A commit inside a transaction of ours can't be tried again by itself: EventSessions begins the whole work anew.
        options.ConfigureWritePolly(static _ => { });
        options.Projections.AsyncMode = DaemonMode.HotCold;
        options.Projections.LeadershipPollingTime = 500; // milliseconds
        options.Projections.AgentPauseTime = TimeSpan.FromMilliseconds(500); // how often leadership is looked at while an agent is paused
        options.Projections.HealthCheckPollingTime = TimeSpan.FromSeconds(1);
        options.Projections.SlowPollingTime = TimeSpan.FromMilliseconds(100);
        options.Projections.FastPollingTime = TimeSpan.FromMilliseconds(50);
        options.DisableNpgsqlLogging = true; // parameters are phone numbers and names
    }

    /// <summary>How a store writes its events.</summary>
    internal static JsonSerializerOptions JsonOf(IDocumentStore store) => Json.TryGetValue(((DocumentStore)store).Options, out var json)
        ? json
        : throw new InvalidOperationException("The store was not configured by MartenSettings.ApplyTo.");

    /// <summary>Refuses a store that is configured otherwise where it matters: two processes of different append modes would lose events.</summary>
    /// <exception cref="InvalidOperationException">A setting differs; the message names it.</exception>
    public static void Require(IDocumentStore store)
    {
        var options = ((DocumentStore)store).Options;
        Check(options.Events.AppendMode is EventAppendMode.QuickWithServerTimestamps, "Events.AppendMode must be QuickWithServerTimestamps");
        Check(options.Events.UseExclusiveLockOnConcurrentAppends, "Events.UseExclusiveLockOnConcurrentAppends must be on");
        Check(options.Events.StreamIdentity is StreamIdentity.AsGuid, "Events.StreamIdentity must be AsGuid");
        Check(options.Events.DatabaseSchemaName == Schema, $"Events.DatabaseSchemaName must be '{Schema}'");
        Check(options.Events.MetadataConfig is { CorrelationIdEnabled: true, CausationIdEnabled: true, HeadersEnabled: true, UserNameEnabled: true }, "Events.MetadataConfig must have everything on");

        static void Check(bool holds, string rule)
        {
            if (!holds)
                throw new InvalidOperationException($"The Marten store is not configured as this program needs it: {rule} (MartenSettings.ApplyTo).");
        }
    }
}
