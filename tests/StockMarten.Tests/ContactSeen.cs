namespace Padron.StockMarten.Tests;

/// <summary>What another application makes of a contact's events.</summary>
sealed class ContactSeen
{
    public Guid Id { get; set; }

    public string Phone { get; set; } = "";

    public int Sent { get; set; }

    public bool IsOptedOut { get; set; }

    public void Apply(ContactImported imported) => Phone = imported.Phone;

    public void Apply(ContactSent _) => Sent++;

    public void Apply(ContactOptedOut _) => IsOptedOut = true;
}
