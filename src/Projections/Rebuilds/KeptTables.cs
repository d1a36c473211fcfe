using Npgsql;
using Padron.Domain;
using Padron.MartenExtensions.Daemon;

namespace Padron.Projections.Rebuilds;

/// <summary>Live tables that a rebuild is asked to keep.</summary>
static class KeptTables
{
    /// <summary>Refuses tables that lack events: put back later, they would lack them for good.</summary>
    /// <exception cref="RuleViolationException"><c>dead_letters_kept</c></exception>
    public static async Task RefuseAsync(NpgsqlConnection connection, SqlProjection projection, CancellationToken ct)
    {
        if (await DeadLetters.CountAsync(connection, projection, ct) is > 0 and var lacking)
        {
            throw new RuleViolationException(
                "dead_letters_kept",
                $"The live tables of '{projection.Name}' lack {lacking} events that are dead letters or wait behind one, and would lack them for good if they were kept: `padron projections retry {projection.Name}` first, or rebuild without --keep.");
        }
    }
}
