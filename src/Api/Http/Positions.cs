using Npgsql;
using Padron.Application.Availability;
using Padron.Domain;
using Padron.MartenExtensions;
using Padron.MartenExtensions.Daemon;
using Padron.Projections.Contacts;

namespace Padron.Api.Http;

/// <summary>Read your writes: an answer to a write says its position, and a read may wait until the read model has reached it.</summary>
static class Positions
{
    /// <summary>Header of an answer to a write: the position of the last event it appended.</summary>
    public const string Header = "Padron-Position";

    /// <summary>Header of an answer about the past: the position that it is as of.</summary>
    public const string AsOfHeader = "Padron-As-Of";

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);

    public static void Tell(this HttpResponse response, long? position)
    {
        if (position is { } value)
            response.Headers[Header] = value.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>The position that <c>?asOf=</c> means, which the answer names; null where it is not given, and the present is meant.</summary>
    /// <exception cref="FormatException">It is neither a position nor a day.</exception>
    public static async Task<long?> AsOfAsync(HttpContext http, string? asOf, CancellationToken ct)
    {
        if (asOf is null)
            return null;
        var position = await http.RequestServices.GetRequiredService<AsOfPositions>().FindAsync(AsOf.Parse(asOf), ct);
        http.Response.Headers[AsOfHeader] = position.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return position;
    }

    /// <summary>A read with <c>?after=POSITION</c> waits for the projection, or says 503 with Retry-After.</summary>
    public static RouteHandlerBuilder WaitsFor(this RouteHandlerBuilder route, SqlProjection projection) => route.AddEndpointFilter(async (context, next) =>
    {
        var http = context.HttpContext;
        if (http.Request.Query["after"] is [{ Length: > 0 } text])
        {
            if (!long.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var position))
                throw new FormatException($"after={text} is not a position: give the number an answer had in {Header}.");
            await WaitAsync(http.RequestServices, projection, position, http.RequestAborted);
        }

        return await next(context);
    });

    public static RouteHandlerBuilder WaitsForContacts(this RouteHandlerBuilder route) => route.WaitsFor(ContactsProjection.Definition);

    static async Task WaitAsync(IServiceProvider services, SqlProjection projection, long position, CancellationToken ct)
    {
        var clock = services.GetRequiredService<TimeProvider>();
        var deadline = clock.GetUtcNow() + Patience;
        while (await ReachedAsync() < position)
        {
            if (clock.GetUtcNow() > deadline)
                throw new RuleViolationException("read_model_behind", $"The read model '{projection.Name}' has not reached position {position} yet: try again.");
            await Task.Delay(PollInterval, clock, ct);
        }

        async Task<long> ReachedAsync()
        {
            await using var connection = await services.GetRequiredService<NpgsqlDataSource>().OpenConnectionAsync(ct);
            return await Progression.ReadAsync(connection, projection.ProgressionName, ct);
        }
    }
}
