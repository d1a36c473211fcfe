using Marten;

namespace Padron.MartenExtensions;

/// <summary>Who caused an event and by what: it answers the auditor, no decision depends on it.</summary>
/// <param name="User">The operator or client that gave the command.</param>
/// <param name="CorrelationId">Shared by everything one request or job caused.</param>
/// <param name="CausationId">The command, message or event that caused it directly.</param>
public sealed record EventMetadata(string? User = null, string? CorrelationId = null, string? CausationId = null)
{
    public static readonly EventMetadata None = new();

    /// <summary>What a session stamps on its events.</summary>
    public static EventMetadata Of(IDocumentSession session) => new(session.LastModifiedBy, session.CorrelationId, session.CausationId);

    /// <summary>Makes a session stamp its events with this.</summary>
    public void ApplyTo(IDocumentSession session)
    {
        session.LastModifiedBy = User;
        session.CorrelationId = CorrelationId;
        session.CausationId = CausationId;
    }
}
