package dev.weir.runtime.secrets;

import java.io.IOException;
import java.io.StringReader;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * The bus's own authority and what it issues: EC P-256, ten years. Vert.x checks no host names on the bus, so whoever
 * holds a certificate of this authority is a full member: it issues nothing else.
 */
final class BusCertificates {
    static final String CA = Secrets.BUS + "/ca.crt";
    static final String CA_KEY = Secrets.BUS + "/ca.key";
    static final String NODE = Secrets.BUS + "/node.crt";
    static final String NODE_KEY = Secrets.BUS + "/node.key";
    private static final Duration VALID = Duration.ofDays(3_650);
    private static final Duration CLOCKS_DIFFER = Duration.ofHours(24);

    private BusCertificates() {}

    /** A certificate with its key, both PEM. */
    record Issued(String certificatePem, String keyPem) {}

    /** An authority that can issue. */
    record Authority(X509CertificateHolder certificate, PrivateKey key, String certificatePem, String keyPem) {
        Issued issue(String name, SecureRandom random, Instant now) throws GeneralSecurityException {
            try {
                KeyPair pair = pair(random);
                JcaX509v3CertificateBuilder builder =
                        builder(certificate.getSubject(), new X500Name("CN=" + name), pair, random, now);
                builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
                builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
                KeyPurposeId[] purposes = {KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth};
                builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes));
                builder.addExtension(
                        Extension.subjectAlternativeName,
                        false,
                        new GeneralNames(new GeneralName(GeneralName.dNSName, name)));
                return new Issued(KeyFiles.pem("CERTIFICATE", sign(builder, key)), KeyFiles.pem(pair.getPrivate()));
            } catch (IOException | OperatorCreationException e) {
                throw new GeneralSecurityException(e);
            }
        }
    }

    static Authority authority(SecureRandom random, Instant now) throws GeneralSecurityException {
        try {
            KeyPair pair = pair(random);
            X500Name name = new X500Name("CN=Weir bus authority");
            JcaX509v3CertificateBuilder builder = builder(name, name, pair, random, now);
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            byte[] der = sign(builder, pair.getPrivate());
            return new Authority(
                    new X509CertificateHolder(der),
                    pair.getPrivate(),
                    KeyFiles.pem("CERTIFICATE", der),
                    KeyFiles.pem(pair.getPrivate()));
        } catch (IOException | OperatorCreationException e) {
            throw new GeneralSecurityException(e);
        }
    }

    static Authority read(String certificatePem, String keyPem) throws IOException {
        try (PEMParser certificate = new PEMParser(new StringReader(certificatePem));
                PEMParser key = new PEMParser(new StringReader(keyPem))) {
            if (certificate.readObject() instanceof X509CertificateHolder holder
                    && key.readObject() instanceof PrivateKeyInfo info) {
                return new Authority(holder, new JcaPEMKeyConverter().getPrivateKey(info), certificatePem, keyPem);
            }
        }
        throw new IOException(CA + ", " + CA_KEY + ": not a certificate and its PKCS#8 key");
    }

    private static KeyPair pair(SecureRandom random) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"), random);
        return generator.generateKeyPair();
    }

    private static JcaX509v3CertificateBuilder builder(
            X500Name issuer, X500Name subject, KeyPair pair, SecureRandom random, Instant now) {
        return new JcaX509v3CertificateBuilder(
                issuer,
                new BigInteger(126, random).setBit(126),
                Date.from(now.minus(CLOCKS_DIFFER)),
                Date.from(now.plus(VALID)),
                subject,
                pair.getPublic());
    }

    private static byte[] sign(JcaX509v3CertificateBuilder builder, PrivateKey key)
            throws OperatorCreationException, IOException {
        return builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key))
                .getEncoded();
    }
}
